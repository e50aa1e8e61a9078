package dev.varve.container.adapter.ports;

import java.io.IOException;

/** A port of the host, held as long as this is open, against other programs and ours. */
interface HostSocket extends AutoCloseable {
  /** Gives the port up; idempotent. */
  @Override
  void close();

  /** How sockets are opened. */
  interface Opener {
    /**
     * @param hostIp a literal; :: may stand for all addresses of both families
     * @param both whether :: does
     * @param target where to relay to what comes in
     * @throws IOException when the port is another's, or the address none of the host's
     */
    HostSocket open(String protocol, String hostIp, boolean both, int port, Target target)
        throws IOException;
  }

  /** A port of a container. */
  record Target(String address, int port) {}
}
