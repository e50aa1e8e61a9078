package dev.varve.container.domain;

/**
 * Which of the kernel's namespaces the container shares, in Docker's words: "", "host", "private",
 * "container:X" and so on. The network has its own, {@link HostSpec#networkMode}.
 */
public record Namespaces(String pid, String ipc, String uts, String cgroup, String user) {
  public static final Namespaces DEFAULT = new Namespaces("", "", "", "", "");

  /** What a mode begins with that names another container. */
  public static final String OF_CONTAINER = "container:";

  /** Whose namespace is meant by a mode; empty when no container's is. */
  static String donor(String mode) {
    return mode.startsWith(OF_CONTAINER) ? mode.substring(OF_CONTAINER.length()) : "";
  }
}
