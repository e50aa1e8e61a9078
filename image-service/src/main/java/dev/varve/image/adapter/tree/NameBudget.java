package dev.varve.image.adapter.tree;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.image.application.build.FileNode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the names of all open trees together: no context must take the engine's. Any thread.
 */
final class NameBudget {
  /** What a node takes beside its texts, generously. */
  private static final int NODE_BYTES = 400;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  NameBudget(long most) {
    this.most = most;
  }

  /** The part of one tree; one thread until it is closed. */
  final class Share implements AutoCloseable {
    private long taken;

    /**
     * @throws ArchiveRefusedException when all is taken
     */
    void take(FileNode node) throws ArchiveRefusedException {
      long bytes = NODE_BYTES + node.path().length() + node.link().length();
      for (byte[] value : node.xattrs().values()) {
        bytes += NODE_BYTES + value.length;
      }
      taken += bytes;
      if (held.addAndGet(bytes) > most) {
        throw new ArchiveRefusedException(
            "too many files: all builds at work have room for names of " + most + " bytes");
      }
    }

    @Override
    public void close() {
      held.addAndGet(-taken);
      taken = 0;
    }
  }

  Share share() {
    return new Share();
  }
}
