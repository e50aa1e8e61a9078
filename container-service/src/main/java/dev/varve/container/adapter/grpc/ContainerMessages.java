package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.Health;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.container.contract.HealthMessages;
import dev.varve.container.contract.HostMessages;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.ExitCause;
import dev.varve.container.domain.HealthRules;
import dev.varve.container.domain.HealthStatus;
import dev.varve.container.domain.HiddenPaths;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Containers as clients see them. */
final class ContainerMessages {
  private ContainerMessages() {}

  /** Everything that the container's own state tells. */
  static Container.Builder container(dev.varve.container.domain.Container it) {
    List<String> command = new ArrayList<>(it.spec().process().entrypoint());
    command.addAll(it.spec().process().cmd());
    Container.Builder message =
        Container.newBuilder()
            .setId(it.id())
            .setName(it.name())
            .setCreatedNanos(nanos(it.createdAt()))
            .setImageId(it.spec().imageId())
            .setConfig(config(it.spec()))
            .setHost(HostMessages.write(it.spec().host()))
            .setState(state(it))
            .setNode(it.node())
            .setRestartCount(it.restarts().count());
    HiddenPaths.maskedIn(it.spec().host()).ifPresent(message::addAllMaskedPaths);
    HiddenPaths.readOnlyIn(it.spec().host()).ifPresent(message::addAllReadonlyPaths);
    if (!command.isEmpty()) {
      message.setPath(command.getFirst()).addAllArgs(command.subList(1, command.size()));
    }
    it.networks()
        .forEach(attachment -> message.addNetworks(NetworkMessages.attachment(attachment)));
    return message;
  }

  private static State state(dev.varve.container.domain.Container it) {
    State.Builder state =
        State.newBuilder()
            .setStatus(
                switch (it.status()) {
                  case CREATED -> Status.STATUS_CREATED;
                  case RUNNING -> Status.STATUS_RUNNING;
                  case PAUSED -> Status.STATUS_PAUSED;
                  case RESTARTING -> Status.STATUS_RESTARTING;
                  case EXITED -> Status.STATUS_EXITED;
                  case REMOVING -> Status.STATUS_REMOVING;
                })
            .setExitCode(it.outcome().exitCode())
            .setError(it.outcome().error())
            .setOomKilled(it.outcome().oomKilled())
            .setStartedAtNanos(nanos(it.startedAt()))
            .setFinishedAtNanos(nanos(it.finishedAt()));
    if (it.health() != HealthStatus.NONE) {
      state.setHealth(Health.newBuilder().setStatus(health(it.health())));
    }
    ExitCause cause = it.outcome().cause();
    if (cause.kind() != ExitCause.Kind.UNKNOWN) {
      state.setExitCause(
          dev.varve.api.container.v1.ExitCause.newBuilder()
              .setKind(cause.kind().name().toLowerCase(Locale.ROOT))
              .setSignal(cause.signal())
              .setCall(cause.call())
              .setActor(cause.actor()));
    }
    if (it.phase() instanceof Phase.Running(int pid, long _, var _)) {
      state.setPid(pid);
    }
    return state.build();
  }

  private static String health(HealthStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static Health health(HealthRules.Health it) {
    Health.Builder message =
        Health.newBuilder().setStatus(health(it.status())).setFailingStreak(it.failingStreak());
    for (HealthRules.Probe probe : it.probes()) {
      message.addProbes(
          Health.Probe.newBuilder()
              .setStartNanos(nanos(probe.start()))
              .setEndNanos(nanos(probe.end()))
              .setExitCode(probe.exitCode())
              .setOutput(probe.output()));
    }
    return message.build();
  }

  private static Config config(ContainerSpec spec) {
    ProcessSpec process = spec.process();
    Config.Builder config =
        Config.newBuilder()
            .setHostname(spec.hostname())
            .setDomainname(spec.domainname())
            .setUser(process.user())
            .setAttachStdin(process.attachStdin())
            .setAttachStdout(process.attachStdout())
            .setAttachStderr(process.attachStderr())
            .addAllExposedPorts(spec.exposedPorts())
            .setTty(process.tty())
            .setOpenStdin(process.openStdin())
            .setStdinOnce(process.stdinOnce())
            .addAllEnv(process.env().stream().map(Secret::value).toList())
            .addAllCmd(process.cmd())
            .setImage(spec.image())
            .addAllVolumes(spec.volumes())
            .setWorkingDir(process.workingDir())
            .addAllEntrypoint(process.entrypoint())
            .putAllLabels(spec.labels())
            .setStopSignal(process.stopSignal())
            .addAllShell(spec.shell())
            .addAllOnBuild(spec.onBuild())
            .setNetworkDisabled(spec.networkDisabled())
            .setEntrypointGiven(!process.entrypoint().isEmpty())
            .setCmdGiven(!process.cmd().isEmpty());
    process.stopTimeout().ifPresent(config::setStopTimeout);
    spec.healthCheck().ifPresent(check -> config.setHealthCheck(HealthMessages.write(check)));
    return config.build();
  }

  private static long nanos(Optional<Instant> at) {
    return at.map(ContainerMessages::nanos).orElse(0L);
  }

  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }
}
