package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Docker refuses about how a container meets the host, and what Varve cannot do yet: an option
 * is never silently dropped.
 */
final class HostRules {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");
  private static final Pattern PERMISSIONS = Pattern.compile("[rwm]{0,3}");
  private static final Set<String> RUNTIMES = Set.of("", "crun", "runc");
  private static final Set<String> CAPABILITIES =
      Set.of(
          "AUDIT_CONTROL",
          "AUDIT_READ",
          "AUDIT_WRITE",
          "BLOCK_SUSPEND",
          "BPF",
          "CHECKPOINT_RESTORE",
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "IPC_LOCK",
          "IPC_OWNER",
          "KILL",
          "LEASE",
          "LINUX_IMMUTABLE",
          "MAC_ADMIN",
          "MAC_OVERRIDE",
          "MKNOD",
          "NET_ADMIN",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_RAW",
          "PERFMON",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYSLOG",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_CHROOT",
          "SYS_MODULE",
          "SYS_NICE",
          "SYS_PACCT",
          "SYS_PTRACE",
          "SYS_RAWIO",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "WAKE_ALARM");

  private HostRules() {}

  static Optional<Problem> refusal(ContainerSpec spec) {
    HostSpec host = spec.host();
    return restart(host)
        .or(() -> capabilities("CapAdd", host.privileges().capAdd()))
        .or(() -> capabilities("CapDrop", host.privileges().capDrop()))
        .or(() -> runtime(host))
        .or(() -> security(host))
        .or(() -> NamespaceRules.refusal(spec))
        .or(() -> FileSystemRules.refusal(host.fileSystems()))
        .or(() -> resolving(host.nameResolution()))
        .or(() -> devices(host.devices()))
        .or(() -> processes(host))
        .or(() -> others(host))
        .or(() -> logging(host));
  }

  private static Optional<Problem> restart(HostSpec host) {
    RestartPolicy policy = host.restartPolicy();
    return RestartRules.refusal(policy)
        .or(() ->
            host.autoRemove() && !policy.isNone()
                ? refuse("can't create 'AutoRemove' container with restart policy")
                : Optional.empty());
  }

  private static Optional<Problem> capabilities(String option, List<String> names) {
    for (String name : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      String bare = upper.startsWith("CAP_") ? upper.substring(4) : upper;
      if (!bare.equals("ALL") && !CAPABILITIES.contains(bare)) {
        return refuse("invalid " + option + ": unknown capability: \"CAP_" + bare + "\"");
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> runtime(HostSpec host) {
    return RUNTIMES.contains(host.runtime())
        ? Optional.empty()
        : refuse("unknown or invalid runtime name: " + host.runtime());
  }

  private static Optional<Problem> security(HostSpec host) {
    try {
      var ignored = SecurityOptions.parse(host.privileges().securityOpt());
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  private static Optional<Problem> resolving(NameResolution names) {
    for (String address : names.dns()) {
      if (!ADDRESS.matcher(address).matches()) {
        return refuse("invalid IP address in dns: " + address);
      }
    }
    for (String entry : names.extraHosts()) {
      int colon = entry.indexOf(':');
      if (colon < 1) {
        return refuse("bad format for add-host: \"" + entry + "\"");
      }
      String address = entry.substring(colon + 1);
      if (!address.equals("host-gateway") && !ADDRESS.matcher(address).matches()) {
        return refuse("invalid IP address in add-host: \"" + address + "\"");
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> devices(DeviceAccess devices) {
    for (DeviceAccess.Mapping device : devices.mappings()) {
      if (!PERMISSIONS.matcher(device.permissions()).matches()) {
        return refuse("bad mode specified: " + device.permissions());
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> others(HostSpec host) {
    if (!host.isolation().isEmpty() && !host.isolation().equalsIgnoreCase("default")) {
      return refuse(
          "Invalid isolation: \"" + host.isolation() + "\" - linux only supports 'default'");
    }
    return host.annotations().containsKey("")
        ? refuse("invalid Annotation: the empty string is not permitted as an annotation key")
        : Optional.empty();
  }

  private static Optional<Problem> processes(HostSpec host) {
    if (host.oomScoreAdj().isPresent() && Math.abs((long) host.oomScoreAdj().getAsInt()) > 1000) {
      return refuse(
          "Invalid value "
              + host.oomScoreAdj().getAsInt()
              + ", range for oom score adj is [-1000, 1000]");
    }
    for (HostSpec.Ulimit limit : host.ulimits()) {
      if (limit.hard() != -1 && (limit.soft() > limit.hard() || limit.soft() == -1)) {
        return refuse(
            "ulimit soft limit must be less than or equal to hard limit: %d > %d"
                .formatted(limit.soft(), limit.hard()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> logging(HostSpec host) {
    try {
      LogPolicy.check(host.log());
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  private static Optional<Problem> refuse(String message) {
    return Optional.of(Refusals.invalid(message));
  }

  private static Optional<Problem> notYet(String what) {
    return Optional.of(Refusals.notImplemented(what + " is not implemented yet by Varve"));
  }
}
