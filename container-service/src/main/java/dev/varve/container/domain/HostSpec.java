package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the container meets the host: Docker's HostConfig as far as Varve honours it. Empty strings
 * and zeros mean Docker's defaults. All of it is fixed at creation but {@code resources} and {@code
 * restartPolicy}, which an update may change.
 *
 * @param cgroupParent of the container's cgroup; empty for the engine's own
 * @param init a small init in front of the program, which reaps orphans
 * @param consoleSize of the client's terminal at creation
 * @param endpoints the networks it is to be connected to, if others than the mode's, or how
 */
public record HostSpec(
    String networkMode,
    boolean autoRemove,
    String runtime,
    Optional<Boolean> init,
    RestartPolicy restartPolicy,
    LogConfig log,
    Namespaces namespaces,
    Privileges privileges,
    FileSystems fileSystems,
    NameResolution nameResolution,
    DeviceAccess devices,
    Resources resources,
    String cgroupParent,
    List<Ulimit> ulimits,
    OptionalInt oomScoreAdj,
    Map<String, String> sysctls,
    Map<String, String> annotations,
    String isolation,
    ConsoleSize consoleSize,
    PortBindings ports,
    List<EndpointSpec> endpoints) {

  /** As {@code docker create} makes it when it is told nothing. */
  public static final HostSpec DEFAULT =
      new HostSpec(
          "",
          false,
          "",
          Optional.empty(),
          RestartPolicy.NONE,
          LogConfig.DEFAULT,
          Namespaces.DEFAULT,
          Privileges.DEFAULT,
          FileSystems.DEFAULT,
          NameResolution.DEFAULT,
          DeviceAccess.NONE,
          Resources.UNLIMITED,
          "",
          List.of(),
          OptionalInt.empty(),
          Map.of(),
          Map.of(),
          "",
          new ConsoleSize(0, 0),
          PortBindings.NONE,
          List.of());

  /** One resource limit of setrlimit(2), by Docker's lower-case name without RLIMIT_. */
  public record Ulimit(String name, long soft, long hard) {}

  /** In characters; 0 when unknown. */
  public record ConsoleSize(int height, int width) {}

  public boolean privileged() {
    return privileges.privileged();
  }

  /** The same with other file systems. */
  HostSpec with(FileSystems other) {
    return new HostSpec(
        networkMode,
        autoRemove,
        runtime,
        init,
        restartPolicy,
        log,
        namespaces,
        privileges,
        other,
        nameResolution,
        devices,
        resources,
        cgroupParent,
        ulimits,
        oomScoreAdj,
        sysctls,
        annotations,
        isolation,
        consoleSize,
        ports,
        endpoints);
  }

  /** The same that calls others by other names. */
  public HostSpec with(NameResolution other) {
    return new HostSpec(
        networkMode,
        autoRemove,
        runtime,
        init,
        restartPolicy,
        log,
        namespaces,
        privileges,
        fileSystems,
        other,
        devices,
        resources,
        cgroupParent,
        ulimits,
        oomScoreAdj,
        sysctls,
        annotations,
        isolation,
        consoleSize,
        ports,
        endpoints);
  }

  /** The same with what an update may change. */
  public HostSpec with(Resources otherResources, RestartPolicy otherPolicy) {
    return new HostSpec(
        networkMode,
        autoRemove,
        runtime,
        init,
        otherPolicy,
        log,
        namespaces,
        privileges,
        fileSystems,
        nameResolution,
        devices,
        otherResources,
        cgroupParent,
        ulimits,
        oomScoreAdj,
        sysctls,
        annotations,
        isolation,
        consoleSize,
        ports,
        endpoints);
  }

  /** The same on other networks. */
  public HostSpec on(String otherMode, List<EndpointSpec> otherEndpoints) {
    return new HostSpec(
        otherMode,
        autoRemove,
        runtime,
        init,
        restartPolicy,
        log,
        namespaces,
        privileges,
        fileSystems,
        nameResolution,
        devices,
        resources,
        cgroupParent,
        ulimits,
        oomScoreAdj,
        sysctls,
        annotations,
        isolation,
        consoleSize,
        ports,
        otherEndpoints);
  }
}
