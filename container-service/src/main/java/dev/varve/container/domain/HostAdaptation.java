package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes what a client asked for definite before it is recorded: defaults filled in, other
 * containers by their ids, and what the kernel cannot do left out with a warning.
 */
public final class HostAdaptation {
  private HostAdaptation() {}

  /**
   * @throws ProblemException INVALID for what Docker refuses
   */
  public static Verified<HostSpec> adapt(
      RequestedConfig asked, KernelSupport kernel, Lookup.Directory containers) {
    NamespaceRules.conflict(asked)
        .ifPresent(problem -> {
          throw problem.asException();
        });
    HostSpec host = asked.host();
    Verified<Resources> resources = ResourceRules.ofCreate(host.resources(), kernel);
    List<String> warnings = new ArrayList<>(resources.warnings());
    warnings.addAll(warnings(host, kernel));
    HostSpec adapted =
        new HostSpec(
            host.networkMode(),
            host.autoRemove(),
            host.runtime(),
            host.init(),
            host.restartPolicy(),
            host.log(),
            namespaces(host, kernel, containers),
            host.privileges(),
            fileSystems(host.fileSystems()),
            host.nameResolution(),
            host.devices(),
            resources.value(),
            host.cgroupParent(),
            host.ulimits(),
            host.oomScoreAdj(),
            host.sysctls(),
            host.annotations(),
            host.isolation(),
            host.consoleSize(),
            host.ports(),
            host.endpoints());
    return new Verified<>(adapted, warnings);
  }

  private static Namespaces namespaces(
      HostSpec host, KernelSupport kernel, Lookup.Directory containers) {
    Namespaces asked = host.namespaces();
    String cgroup = asked.cgroup();
    if (cgroup.isEmpty()) {
      cgroup = host.privileged() && !kernel.cgroupV2() ? "host" : "private";
    }
    return new Namespaces(
        byId(asked.pid(), containers),
        asked.ipc().isEmpty() ? "private" : byId(asked.ipc(), containers),
        asked.uts(),
        cgroup,
        asked.user());
  }

  /** A donor may be renamed; the containers stay together. */
  private static String byId(String mode, Lookup.Directory containers) {
    String donor = Namespaces.donor(mode);
    if (donor.isEmpty()) {
      return mode;
    }
    try {
      return Namespaces.OF_CONTAINER + Lookup.find(containers, donor).id();
    } catch (ProblemException e) {
      // "Not found" would tell the command line that the image is.
      throw Refusals.invalid(e.problem().message()).asException();
    }
  }

  private static FileSystems fileSystems(FileSystems asked) {
    return new FileSystems(
        asked.readonlyRootfs(),
        asked.tmpfs(),
        asked.shmSize() == 0 ? FileSystems.DEFAULT_SHM : asked.shmSize(),
        asked.storageOpt(),
        asked.volumeDriver(),
        asked.storage());
  }

  private static List<String> warnings(HostSpec host, KernelSupport kernel) {
    Verdict verdict = new Verdict();
    String network = host.networkMode();
    if (!kernel.ipForwarding() && !network.equals(Network.HOST) && !network.equals(Network.NONE)) {
      verdict.warn("IPv4 forwarding is disabled. Networking will not work.");
    }
    if (network.equals(Network.HOST) && !host.ports().byPort().isEmpty()) {
      verdict.warn("Published ports are discarded when using host network mode");
    }
    if (host.namespaces().cgroup().equals("private") && !kernel.cgroupNamespaces()) {
      verdict.unsupported("cgroup namespaces. ", "Cgroup namespace setting discarded.");
    }
    SecurityOptions security = SecurityOptions.parse(host.privileges().securityOpt());
    if (security.appArmorProfile().isPresent() && !kernel.appArmor()) {
      verdict.unsupported("AppArmor or it is not enabled.", "AppArmor profile discarded.");
    }
    if (security.labelled()) {
      verdict.warn("SELinux labels are not applied. Security label discarded.");
    }
    return verdict.warnings();
  }
}
