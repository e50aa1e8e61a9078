package dev.varve.container.domain;

import java.util.List;

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

  /** Whether anything is hidden from a container with this host side. */
  public static boolean applyTo(HostSpec host) {
    return !host.privileged() && !SecurityOptions.parse(host.securityOpt()).systemPathsUnconfined();
  }
}
