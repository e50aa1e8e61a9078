package dev.varve.gateway.route;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ExitCause;
import dev.varve.api.container.v1.Health;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.docker.ContainerStatus;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.json.ConfigJson;
import dev.varve.gateway.docker.json.ContainerJson;
import dev.varve.gateway.docker.json.ContainerSummaryJson;
import dev.varve.gateway.docker.json.EndpointJson;
import dev.varve.gateway.docker.json.GraphDriverJson;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.values.container.v1.HealthCheck;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A container as Docker's clients see it. Pure. */
final class ContainerViews {
  static final String DRIVER = "overlay2";
  private static final int SHORT_ID = 12;

  private ContainerViews() {}

  static ContainerSummaryJson summary(Container it, Instant now) {
    return summary(it, it.getConfig().getImage(), now);
  }

  /**
   * @param image as it is called now
   */
  static ContainerSummaryJson summary(Container it, String image, Instant now) {
    StringBuilder command = new StringBuilder(it.getPath());
    for (String arg : it.getArgsList()) {
      command.append(' ').append(arg.indexOf(' ') < 0 ? arg : "'" + arg + "'");
    }
    String network = networkMode(it);
    return new ContainerSummaryJson(
        it.getId(),
        names(it),
        image,
        it.getImageId(),
        command.toString().strip(),
        Math.floorDiv(it.getCreatedNanos(), 1_000_000_000L),
        PortViews.summary(it),
        it.getSizeRw() == 0 ? null : it.getSizeRw(),
        it.getSizeRootFs() == 0 ? null : it.getSizeRootFs(),
        it.getConfig().getLabelsMap(),
        ContainerStatus.word(it.getState().getStatus()),
        ContainerStatus.text(it.getState(), now),
        new ContainerSummaryJson.Host(network),
        new ContainerSummaryJson.Networks(endpoints(it, null)),
        MountViews.points(it));
  }

  /** Its own, and those by which others call it. */
  private static List<String> names(Container it) {
    return Stream.concat(Stream.of(it.getName()), it.getLinkedAsList().stream())
        .map(name -> "/" + name)
        .toList();
  }

  static ContainerJson inspect(Container it, ApiVersion version) {
    return new ContainerJson(
        it.getId(),
        DockerTime.rfc3339(it.getCreatedNanos()),
        it.getPath(),
        it.getArgsList(),
        state(it.getState()),
        it.getImageId(),
        it.getResolvConfPath(),
        it.getHostnamePath(),
        it.getHostsPath(),
        it.getLogPath(),
        "/" + it.getName(),
        it.getRestartCount(),
        DRIVER,
        "linux",
        "",
        "",
        "",
        orNull(it.getExecIdsList()),
        HostConfigViews.of(it, networkMode(it), version),
        new GraphDriverJson(
            it.getRootPath().isEmpty() ? null : Map.of("MergedDir", it.getRootPath()), DRIVER),
        it.hasSizeRw() ? it.getSizeRw() : null,
        it.hasSizeRootFs() ? it.getSizeRootFs() : null,
        MountViews.points(it),
        config(it.getConfig()),
        networkSettings(it, version));
  }

  private static ContainerJson.StateJson state(State state) {
    Status status = state.getStatus();
    return new ContainerJson.StateJson(
        ContainerStatus.word(status),
        ContainerStatus.isRunning(state),
        status == Status.STATUS_PAUSED,
        status == Status.STATUS_RESTARTING,
        state.getOomKilled(),
        status == Status.STATUS_DEAD,
        state.getPid(),
        state.getExitCode(),
        state.getError(),
        DockerTime.rfc3339(state.getStartedAtNanos()),
        DockerTime.rfc3339(state.getFinishedAtNanos()),
        state.hasHealth() ? health(state.getHealth()) : null,
        state.hasExitCause() ? exitCause(state.getExitCause()) : null);
  }

  private static ContainerJson.HealthJson health(Health health) {
    return new ContainerJson.HealthJson(
        health.getStatus(),
        health.getFailingStreak(),
        health.getProbesList().stream()
            .map(probe ->
                new ContainerJson.ProbeJson(
                    DockerTime.rfc3339(probe.getStartNanos()),
                    DockerTime.rfc3339(probe.getEndNanos()),
                    probe.getExitCode(),
                    probe.getOutput()))
            .toList());
  }

  private static ContainerJson.ExitCauseJson exitCause(ExitCause cause) {
    return new ContainerJson.ExitCauseJson(
        cause.getKind(), cause.getSignal(), cause.getCall(), cause.getActor());
  }

  private static ConfigJson config(Config config) {
    return new ConfigJson(
        config.getHostname(),
        config.getDomainname(),
        config.getUser(),
        config.getAttachStdin(),
        config.getAttachStdout(),
        config.getAttachStderr(),
        set(config.getExposedPortsList()),
        config.getTty(),
        config.getOpenStdin(),
        config.getStdinOnce(),
        orNull(config.getEnvList()),
        orNull(config.getCmdList()),
        config.hasHealthCheck() ? healthCheck(config.getHealthCheck()) : null,
        config.getImage(),
        config.getVolumesCount() == 0 ? null : set(config.getVolumesList()),
        config.getWorkingDir(),
        orNull(config.getEntrypointList()),
        config.getNetworkDisabled(),
        orNull(config.getOnBuildList()),
        config.getLabelsMap(),
        config.getStopSignal(),
        config.hasStopTimeout() ? config.getStopTimeout() : null,
        config.getShellList());
  }

  private static ConfigJson.HealthCheckJson healthCheck(HealthCheck check) {
    return new ConfigJson.HealthCheckJson(
        check.getTestList(),
        check.getIntervalNanos(),
        check.getTimeoutNanos(),
        check.getStartPeriodNanos(),
        check.getStartIntervalNanos(),
        check.getRetries());
  }

  private static ContainerJson.NetworkSettingsJson networkSettings(
      Container it, ApiVersion version) {
    NetworkAttachment main =
        attachments(it).stream()
            .filter(attachment -> attachment.getNetwork().equals("bridge"))
            .findFirst()
            .orElse(NetworkAttachment.getDefaultInstance());
    boolean running = it.getState().getPid() > 0;
    return new ContainerJson.NetworkSettingsJson(
        "",
        running ? it.getId() : "",
        running ? "/proc/" + it.getState().getPid() + "/ns/net" : "",
        PortViews.published(it),
        false,
        "",
        0,
        null,
        null,
        main.getEndpointId(),
        main.getGateway(),
        main.getIpv6Address(),
        main.getIpv6PrefixLength(),
        main.getAddress(),
        main.getPrefixLength(),
        main.getIpv6Gateway(),
        main.getMacAddress(),
        endpoints(it, version.atLeast(45) ? null : it.getId().substring(0, SHORT_ID)));
  }

  /** The container's networks; one it will join when it runs is shown without addresses. */
  private static Map<String, EndpointJson> endpoints(Container it, @Nullable String shortId) {
    Map<String, EndpointJson> endpoints = new TreeMap<>();
    for (NetworkAttachment attachment : attachments(it)) {
      endpoints.put(attachment.getNetwork(), NetworkViews.endpoint(attachment, shortId));
    }
    return endpoints;
  }

  /** What has ended has no addresses, also while they are being given back. */
  private static List<NetworkAttachment> attachments(Container it) {
    return it.getState().getPid() > 0
        ? it.getNetworksList()
        : it.getNetworksList().stream()
            .map(attachment ->
                NetworkAttachment.newBuilder()
                    .setNetwork(attachment.getNetwork())
                    .setNetworkId(attachment.getNetworkId())
                    .setWanted(attachment.getWanted())
                    .addAllDnsNames(attachment.getDnsNamesList())
                    .build())
            .toList();
  }

  private static String networkMode(Container it) {
    String mode = it.getHost().getNetworkMode();
    return mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
  }

  private static Map<String, Map<String, String>> set(List<String> names) {
    Map<String, Map<String, String>> set = new TreeMap<>();
    names.forEach(name -> set.put(name, Map.of()));
    return set;
  }

  static <T> @Nullable List<T> orNull(List<T> list) {
    return list.isEmpty() ? null : list;
  }
}
