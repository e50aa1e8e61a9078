package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * What is in a prepared root, read by descriptors so that nothing in it leads out. The container
 * may go on changing it: what goes away while it is read is left out. Equal contents give equal
 * answers. All of it may take long and wants a platform thread with a deep stack.
 */
public interface RootContents {
  /** How the container's own file differs from its image's. */
  enum Kind {
    MODIFIED,
    ADDED,
    DELETED
  }

  /**
   * @param path absolute byte string
   */
  record Change(String path, Kind kind) {}

  /** Takes changes, parents before children. */
  @FunctionalInterface
  interface Changes {
    void add(Change change) throws IOException;
  }

  /** The container's own changes; what the engine itself puts into every root is none. */
  void changes(String containerId, List<ChainId> chain, Changes found) throws IOException;

  /** The same as an OCI layer. Does not close the stream. */
  void diff(String containerId, List<ChainId> chain, OutputStream tar) throws IOException;

  /** All that a mounted root shows, as one tar. Does not close the stream. */
  void export(String containerId, OutputStream tar) throws IOException;
}
