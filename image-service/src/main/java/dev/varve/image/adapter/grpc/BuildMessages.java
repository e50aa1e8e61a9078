package dev.varve.image.adapter.grpc;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.api.image.v1.CacheEntry;
import dev.varve.api.image.v1.GivenDockerfile;
import dev.varve.api.image.v1.PruneCacheRequest;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.build.BuildCache;
import dev.varve.image.application.build.BuildRequest;
import dev.varve.image.application.build.RunLimits;
import dev.varve.image.application.build.RunSpec;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.Mount;
import dev.varve.values.container.v1.Resources;
import dev.varve.values.container.v1.Strings;
import dev.varve.values.container.v1.Ulimit;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds in the contract's words. */
final class BuildMessages {
  private static final long NANOS = 1_000_000_000L;

  /** Annotation by which the container service knows that a container belongs to a build. */
  private static final String BUILD_ANNOTATION = "dev.varve.build";

  private BuildMessages() {}

  static BuildRequest request(BuildOptions options) {
    return new BuildRequest(
        options.getDockerfile(),
        options.getTagsList(),
        options.getRemote(),
        options.getQuiet(),
        options.getNoCache(),
        options.getCacheFromList(),
        options.getPull(),
        options.getKeepContainers(),
        options.getArgsMap(),
        options.getLabelsMap(),
        options.getNetworkMode(),
        options.getPlatform(),
        options.getTarget(),
        options.getSquash(),
        options.getId(),
        limits(options),
        options.getSteps(),
        options.hasGiven() ? Optional.of(given(options.getGiven())) : Optional.empty(),
        options.getContextDirectoriesList(),
        options.getContextImagesMap());
  }

  private static BuildRequest.Given given(GivenDockerfile given) {
    return new BuildRequest.Given(
        given.getText().toByteArray(),
        given.hasIgnore() ? Optional.of(given.getIgnore().toByteArray()) : Optional.empty());
  }

  static Credentials credentials(RegistryAuth auth) {
    return new Credentials(
        auth.getUsername(), auth.getPassword(), auth.getIdentityToken(), auth.getRegistryToken());
  }

  private static RunLimits limits(BuildOptions options) {
    Resources resources = options.getResources();
    return new RunLimits(
        resources.getMemory(),
        resources.getMemorySwap(),
        resources.getCpuShares(),
        resources.getCpuPeriod(),
        resources.getCpuQuota(),
        resources.getCpusetCpus(),
        resources.getCpusetMems(),
        options.getShmSize(),
        options.getUlimitsList().stream()
            .map(it -> new RunLimits.Ulimit(it.getName(), it.getSoft(), it.getHard()))
            .toList(),
        options.getCgroupParent(),
        options.getExtraHostsList(),
        options.getSecurityOptList(),
        options.getIsolation());
  }

  static CreateRequest container(RunSpec spec) {
    return CreateRequest.newBuilder()
        .setImageId(spec.imageId().value())
        .setConfig(config(spec))
        .setHost(host(spec))
        .build();
  }

  private static Config config(RunSpec spec) {
    return Config.newBuilder()
        .setImage(spec.imageId().value())
        .setEntrypointGiven(true)
        .setCmdGiven(true)
        .addAllCmd(spec.command())
        .addAllEnv(spec.env())
        .setUser(spec.user())
        .setWorkingDir(spec.workingDir())
        .setAttachStdout(true)
        .setAttachStderr(true)
        .build();
  }

  private static HostSpec host(RunSpec spec) {
    RunLimits limits = spec.limits();
    HostSpec.Builder host =
        HostSpec.newBuilder()
            .setNetworkMode(spec.networkMode())
            .setShmSize(limits.shmSize())
            .setCgroupParent(limits.cgroupParent())
            .setIsolation(limits.isolation())
            .addAllExtraHosts(limits.extraHosts())
            .addAllSecurityOpt(limits.securityOpt())
            .putAllTmpfs(spec.tmpfs())
            .setResources(
                Resources.newBuilder()
                    .setMemory(limits.memory())
                    .setMemorySwap(limits.memorySwap())
                    .setCpuShares(limits.cpuShares())
                    .setCpuPeriod(limits.cpuPeriod())
                    .setCpuQuota(limits.cpuQuota())
                    .setCpusetCpus(limits.cpusetCpus())
                    .setCpusetMems(limits.cpusetMems()));
    limits
        .ulimits()
        .forEach(it ->
            host.addUlimits(
                Ulimit.newBuilder().setName(it.name()).setSoft(it.soft()).setHard(it.hard())));
    for (RunSpec.Volume volume : spec.volumes()) {
      host.addMounts(
          Mount.newBuilder()
              .setType("volume")
              .setSource(volume.name())
              .setTarget(volume.target())
              .setReadOnly(volume.readOnly())
              .setVolumeOptions(Mount.VolumeOptions.newBuilder().setNoCopy(!volume.filled())));
    }
    for (RunSpec.Bind bind : spec.binds()) {
      host.addMounts(
          Mount.newBuilder()
              .setType("bind")
              .setSource(bind.source().toString())
              .setTarget(bind.target())
              .setReadOnly(bind.readOnly()));
    }
    if (!spec.keep()) {
      host.putAnnotations(BUILD_ANNOTATION, spec.buildId());
    }
    return host.build();
  }

  static CacheEntry entry(BuildCache.Entry entry) {
    return CacheEntry.newBuilder()
        .setId(entry.id())
        .addAllParents(entry.parents())
        .setDescription(entry.description())
        .setSize(entry.size())
        .setInUse(entry.inUse())
        .setShared(entry.shared())
        .setCreatedNanos(nanos(entry.created()))
        .setLastUsedNanos(nanos(entry.lastUsed()))
        .setUsages(entry.usages())
        .setType(BuildCache.TYPE)
        .build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }

  static BuildCache.Selection selection(PruneCacheRequest request) {
    Map<String, List<String>> filters = new HashMap<>();
    for (Map.Entry<String, Strings> filter : request.getFiltersMap().entrySet()) {
      filters.put(filter.getKey(), List.copyOf(filter.getValue().getValuesList()));
    }
    return new BuildCache.Selection(
        request.getAll(),
        request.getReservedBytes(),
        request.hasUntilNanos()
            ? Optional.of(
                Instant.ofEpochSecond(
                    Math.floorDiv(request.getUntilNanos(), NANOS),
                    Math.floorMod(request.getUntilNanos(), NANOS)))
            : Optional.empty(),
        filters);
  }
}
