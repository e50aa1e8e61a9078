package dev.varve.container.domain;

import java.util.List;
import java.util.Optional;

/** What of the kernel's own files a container that is not privileged may not see, or not write. */
public final class HiddenPaths {
  public static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  public static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private HiddenPaths() {}

  /** What is masked in a container with this host side; empty when nothing is. */
  public static Optional<List<String>> maskedIn(HostSpec host) {
    return host.privileges().maskedPaths().or(() -> defaultsFor(host, MASKED));
  }

  /** What may not be written in a container with this host side; empty when all may. */
  public static Optional<List<String>> readOnlyIn(HostSpec host) {
    return host.privileges().readonlyPaths().or(() -> defaultsFor(host, READ_ONLY));
  }

  private static Optional<List<String>> defaultsFor(HostSpec host, List<String> paths) {
    Privileges privileges = host.privileges();
    return privileges.privileged()
            || SecurityOptions.parse(privileges.securityOpt()).systemPathsUnconfined()
        ? Optional.empty()
        : Optional.of(paths);
  }
}
