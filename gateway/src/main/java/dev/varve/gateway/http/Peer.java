package dev.varve.gateway.http;

/** The process at the other end of the unix socket, as the kernel names it; -1 when it does not. */
public record Peer(int uid, int pid) {
  static final Peer UNKNOWN = new Peer(-1, -1);

  /** The form in which events carry it. */
  public String actor() {
    return "unix:uid=" + uid + ",pid=" + pid;
  }
}
