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
  private static final long LEAST_MEMORY = 6L << 20;
  private static final int MAX_HOSTNAME = 64;
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");
  private static final Set<String> RUNTIMES = Set.of("", "crun", "runc");
  private static final Set<String> LOG_DRIVERS = Set.of("", "json-file", "local", "none");
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
        .or(() -> namespaces(host))
        .or(() -> hostname(spec))
        .or(() -> resolving(host))
        .or(() -> resources(host))
        .or(() -> logging(host));
  }

  private static Optional<Problem> restart(HostSpec host) {
    String policy = host.restartPolicy().name();
    int most = host.restartPolicy().maximumRetries();
    return switch (policy) {
      case "" -> Optional.empty();
      case "no", "always", "unless-stopped" ->
          most == 0
              ? besideRemoval(host)
              : refuse(
                  "invalid restart policy: maximum retry count can only be used with 'on-failure'"
                      + (most < 0 ? " and cannot be negative" : ""));
      case "on-failure" ->
          most >= 0
              ? besideRemoval(host)
              : refuse("invalid restart policy: maximum retry count cannot be negative");
      default ->
          refuse(
              "invalid restart policy: unknown policy '"
                  + policy
                  + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    };
  }

  private static Optional<Problem> besideRemoval(HostSpec host) {
    return host.autoRemove() && !host.restartPolicy().name().equals("no")
        ? refuse("can't create 'AutoRemove' container with restart policy")
        : Optional.empty();
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

  private static Optional<Problem> namespaces(HostSpec host) {
    return mode("PID", host.namespaces().pid(), Set.of("", "host"))
        .or(() -> mode("IPC", host.namespaces().ipc(), Set.of("", "private", "shareable", "host")))
        .or(() -> mode("UTS", host.namespaces().uts(), Set.of("", "host")))
        .or(() ->
            mode("cgroup namespace", host.namespaces().cgroup(), Set.of("", "private", "host")));
  }

  private static Optional<Problem> mode(String kind, String mode, Set<String> known) {
    if (known.contains(mode)) {
      return Optional.empty();
    }
    return mode.startsWith("container:")
        ? notYet(kind + " mode " + mode)
        : refuse("invalid " + kind + " mode: " + mode);
  }

  private static Optional<Problem> hostname(ContainerSpec spec) {
    return spec.hostname().length() > MAX_HOSTNAME
        ? refuse("invalid hostname: longer than " + MAX_HOSTNAME + " characters")
        : Optional.empty();
  }

  private static Optional<Problem> resolving(HostSpec host) {
    for (String address : host.nameResolution().dns()) {
      if (!ADDRESS.matcher(address).matches()) {
        return refuse("invalid IP address in dns: " + address);
      }
    }
    for (String entry : host.nameResolution().extraHosts()) {
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

  private static Optional<Problem> resources(HostSpec host) {
    if (host.fileSystems().shmSize() < 0) {
      return refuse("SHM size can not be less than 0");
    }
    if (host.oomScoreAdj().isPresent() && Math.abs((long) host.oomScoreAdj().getAsInt()) > 1000) {
      return refuse(
          "Invalid value "
              + host.oomScoreAdj().getAsInt()
              + ", range for oom score adj is [-1000, 1000]");
    }
    if (host.resources().memory().limit() != 0
        && host.resources().memory().limit() < LEAST_MEMORY) {
      return refuse("Minimum memory limit allowed is 6MB");
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
    return LOG_DRIVERS.contains(host.log().driver())
        ? Optional.empty()
        : refuse("logger: no log driver named '" + host.log().driver() + "' is registered");
  }

  private static Optional<Problem> refuse(String message) {
    return Optional.of(Refusals.invalid(message));
  }

  private static Optional<Problem> notYet(String what) {
    return Optional.of(Refusals.notImplemented(what + " is not implemented yet by Varve"));
  }
}
