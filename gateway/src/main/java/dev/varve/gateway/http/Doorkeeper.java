package dev.varve.gateway.http;

/** What one listener lets in, and in which words it refuses. On the event loop: never blocks. */
public interface Doorkeeper {

  /** Lets everybody in, and refuses as Docker does. */
  Doorkeeper OPEN =
      new Doorkeeper() {
        @Override
        public void admit(Visit visit) {
          // The socket's mode has done it.
        }

        @Override
        public Refusal said(String path, Refusal refusal) {
          return refusal;
        }
      };

  /**
   * A request's head.
   *
   * @param path without the version
   * @param host header; empty when there is none
   * @param origin header, which browsers send; empty when there is none
   */
  record Visit(Peer peer, String path, String host, String origin) {}

  /**
   * @throws Refusal when this one may not ask this at all
   */
  void admit(Visit visit) throws Refusal;

  /** The same refusal in the words of those who ask for such a path. */
  Refusal said(String path, Refusal refusal);
}
