package dev.varve.container.adapter.oci;

import dev.varve.container.domain.HostSpec;
import dev.varve.eventlog.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The capabilities of a container: Docker's fourteen, changed by what the user adds and drops,
 * never more than the engine itself has.
 */
final class Capabilities {
  private static final String PREFIX = "CAP_";

  /** In the order of their numbers. */
  private static final List<String> ALL =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  private static final List<String> DEFAULT =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FSETID",
          "CAP_FOWNER",
          "CAP_MKNOD",
          "CAP_NET_RAW",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETFCAP",
          "CAP_SETPCAP",
          "CAP_NET_BIND_SERVICE",
          "CAP_SYS_CHROOT",
          "CAP_KILL",
          "CAP_AUDIT_WRITE");

  private final long bounding;

  /**
   * @param bounding the engine's own bounding set, bit n for capability number n
   */
  Capabilities(long bounding) {
    this.bounding = bounding;
  }

  /**
   * @param privileged all there are, whatever the lists say
   */
  Set<String> of(HostSpec host, boolean privileged) {
    if (privileged) {
      return available(ALL);
    }
    List<String> add =
        host.privileges().capAdd().stream().map(name -> normal("CapAdd", name)).toList();
    List<String> drop =
        host.privileges().capDrop().stream().map(name -> normal("CapDrop", name)).toList();
    Set<String> result = new LinkedHashSet<>();
    if (add.contains("ALL")) {
      result.addAll(available(ALL));
    } else if (!drop.contains("ALL")) {
      result.addAll(available(DEFAULT));
    }
    drop.forEach(result::remove);
    for (String name : add) {
      if (!name.equals("ALL")) {
        if (!isAvailable(name)) {
          throw invalid("invalid CapAdd: capability not supported by the engine: \"" + name + "\"");
        }
        result.add(name);
      }
    }
    return result;
  }

  private Set<String> available(List<String> names) {
    Set<String> result = new LinkedHashSet<>(names);
    result.removeIf(name -> !isAvailable(name));
    return result;
  }

  private boolean isAvailable(String name) {
    return (bounding >>> ALL.indexOf(name) & 1) != 0;
  }

  private static String normal(String field, String name) {
    String upper = name.strip().toUpperCase(Locale.ROOT);
    if (upper.equals("ALL")) {
      return upper;
    }
    String full = upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    if (!ALL.contains(full)) {
      throw invalid("invalid " + field + ": unknown capability: \"" + full + "\"");
    }
    return full;
  }

  private static RuntimeException invalid(String message) {
    return new Problem(Problem.Code.INVALID, message).asException();
  }
}
