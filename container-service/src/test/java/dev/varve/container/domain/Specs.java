package dev.varve.container.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Specifications for tests, to be varied by what a test is about. */
public final class Specs {
  private Specs() {}

  public static ProcessSpec process(String... cmd) {
    return new ProcessSpec(
        List.of(),
        List.of(cmd),
        List.of(),
        "",
        "",
        false,
        false,
        false,
        false,
        true,
        true,
        "",
        OptionalInt.empty());
  }

  public static HostSpec host() {
    return HostSpec.DEFAULT;
  }

  /** A kernel that can do everything, with two processors and one memory node. */
  public static KernelSupport kernel() {
    return new KernelSupport(
        false,
        true,
        true,
        2,
        new KernelSupport.Memory(true, true, true, true, true, true),
        new KernelSupport.Cpu(true, true, true),
        new KernelSupport.Cpuset(true, List.of(0, 1), List.of(0), "0-1", "0"),
        new KernelSupport.BlockIo(true, true, true, true, true, true),
        true,
        true);
  }

  /** One that can do nothing. */
  public static KernelSupport bareKernel() {
    return new KernelSupport(
        false,
        false,
        false,
        2,
        new KernelSupport.Memory(false, false, false, false, false, false),
        new KernelSupport.Cpu(false, false, false),
        new KernelSupport.Cpuset(false, List.of(), List.of(), "", ""),
        new KernelSupport.BlockIo(false, false, false, false, false, false),
        false,
        false);
  }

  public static HostSpec autoRemove(HostSpec it) {
    return with(it, it.networkMode(), true, it.nameResolution());
  }

  public static HostSpec onNetwork(HostSpec it, String network) {
    return with(it, network, it.autoRemove(), it.nameResolution());
  }

  public static HostSpec resolving(
      HostSpec it, List<String> dns, List<String> dnsSearch, List<String> extraHosts) {
    NameResolution names =
        new NameResolution(dns, dnsSearch, it.nameResolution().dnsOptions(), extraHosts, List.of());
    return with(it, it.networkMode(), it.autoRemove(), names);
  }

  /**
   * @param bindings {@code 80/tcp=8080}, {@code 80/tcp=127.0.0.1:8080} or {@code 80/tcp=}
   */
  public static HostSpec publishing(HostSpec it, String... bindings) {
    TreeMap<String, List<PortBindings.HostAddress>> byPort = new TreeMap<>();
    for (String binding : bindings) {
      String[] sides = binding.split("=", 2);
      int colon = sides[1].lastIndexOf(':');
      byPort
          .computeIfAbsent(sides[0], _ -> new ArrayList<>())
          .add(
              new PortBindings.HostAddress(
                  colon < 0 ? "" : sides[1].substring(0, colon), sides[1].substring(colon + 1)));
    }
    return with(
        it,
        it.networkMode(),
        it.autoRemove(),
        it.nameResolution(),
        new PortBindings(byPort, it.ports().all()));
  }

  private static HostSpec with(
      HostSpec it, String network, boolean autoRemove, NameResolution names) {
    return with(it, network, autoRemove, names, it.ports());
  }

  private static HostSpec with(
      HostSpec it, String network, boolean autoRemove, NameResolution names, PortBindings ports) {
    return new HostSpec(
        network,
        autoRemove,
        it.runtime(),
        it.init(),
        it.restartPolicy(),
        it.log(),
        it.namespaces(),
        it.privileges(),
        it.fileSystems(),
        names,
        it.devices(),
        it.resources(),
        it.cgroupParent(),
        it.ulimits(),
        it.oomScoreAdj(),
        it.sysctls(),
        it.annotations(),
        it.isolation(),
        it.consoleSize(),
        ports,
        it.endpoints());
  }

  public static ContainerSpec spec(ProcessSpec process, HostSpec host) {
    return new ContainerSpec(
        "busybox",
        "sha256:1234",
        "host-1",
        "",
        Map.of(),
        process,
        host,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        false);
  }

  /** The same with these ports. */
  public static ContainerSpec exposing(ContainerSpec it, List<String> ports) {
    return new ContainerSpec(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        it.labels(),
        it.process(),
        it.host(),
        ports,
        it.volumes(),
        it.healthCheck(),
        it.onBuild(),
        it.shell(),
        it.networkDisabled());
  }

  /** The same that calls others by these names. */
  public static HostSpec linked(HostSpec it, Link... links) {
    return it.with(it.nameResolution().with(List.of(links)));
  }

  public static ContainerSpec spec() {
    return spec(process("true"), host());
  }

  public static RequestedConfig asked(ProcessSpec process, HostSpec host) {
    return new RequestedConfig(
        "busybox",
        "sha256:1234",
        "",
        "",
        Map.of(),
        process,
        false,
        host,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        false,
        Map.of());
  }

  public static ExecSpec exec(String... cmd) {
    return new ExecSpec(List.of(cmd), List.of(), "", "", false, false, true, true, false, "");
  }

  public static ExecSpec interactiveExec(String... cmd) {
    return new ExecSpec(List.of(cmd), List.of(), "", "", false, true, true, true, false, "");
  }

  public static ProcessSpec interactive(ProcessSpec it, boolean tty, boolean once) {
    return new ProcessSpec(
        it.entrypoint(),
        it.cmd(),
        it.env(),
        it.workingDir(),
        it.user(),
        tty,
        true,
        once,
        true,
        true,
        true,
        it.stopSignal(),
        it.stopTimeout());
  }

  public static ContainerSpec change(UnaryOperator<ProcessSpec> change) {
    return spec(change.apply(process("true")), host());
  }
}
