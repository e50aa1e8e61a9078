package dev.varve.gateway.http;

import java.util.Optional;

/** Who is at the other end of a connection, as far as the connection itself tells. */
public sealed interface Peer {
  Peer UNKNOWN = new Local(-1, -1);

  /** The form in which events carry it. Printable ASCII. */
  String actor();

  /**
   * The process at the other end of the unix socket, as the kernel names it; -1 when it does not.
   */
  record Local(int uid, int pid) implements Peer {
    @Override
    public String actor() {
      return "unix:uid=" + uid + ",pid=" + pid;
    }
  }

  /**
   * Somebody on the network.
   *
   * @param address without the port
   * @param certificate subject of the certificate that was shown and is vouched for
   */
  record Remote(String address, Optional<String> certificate) implements Peer {
    public Remote {
      certificate = certificate.map(subject -> subject.replaceAll("[^ -~]", "?"));
    }

    @Override
    public String actor() {
      return "tcp:" + address + certificate.map(subject -> ",certificate=" + subject).orElse("");
    }
  }
}
