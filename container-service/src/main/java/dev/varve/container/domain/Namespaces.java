package dev.varve.container.domain;

/**
 * Which of the kernel's namespaces the container shares, in Docker's words: "", "host", "private",
 * "container:X" and so on. The network has its own, {@link HostSpec#networkMode}.
 */
public record Namespaces(String pid, String ipc, String uts, String cgroup, String user) {
  public static final Namespaces DEFAULT = new Namespaces("", "", "", "", "");
}
