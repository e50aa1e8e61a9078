package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Inodes of everything but directories, with what stands behind each: attributes, and the last
 * bytes of its content if they fit into the same block. Gathered in clusters, which are appended to
 * the image between two files.
 */
final class InodeArea {
  static final int SLOT = 32;
  private static final int CLUSTER = 1 << 20;
  private static final int MAX_CLUSTERS = Integer.MAX_VALUE / (CLUSTER / SLOT);

  private final ImageFile file;
  private final byte[] cluster = new byte[CLUSTER];
  private final ByteBuffer view = ByteBuffer.wrap(cluster).order(ByteOrder.LITTLE_ENDIAN);
  private int used;

  /** Where each cluster went. */
  private long[] bases = new long[16];

  private int clusters;

  InodeArea(ImageFile file) {
    this.file = file;
  }

  /**
   * Makes room; afterwards the image ends at a block's start, where content may go.
   *
   * @param length never split between two blocks, unless it is longer than one
   * @return a number to call the place by until it has an address
   */
  int allocate(int length) throws IOException {
    int left = -used & (BLOCK - 1);
    if (length > left) {
      used += left;
    }
    if (used + length > CLUSTER) {
      flush();
    }
    int slot = (int) (((long) clusters * CLUSTER + used) / SLOT);
    used = (used + length + SLOT - 1) & -SLOT;
    return slot;
  }

  /** The place of a slot allocated last, at its start. */
  ByteBuffer at(int slot) {
    return view.position((int) ((long) slot * SLOT % CLUSTER));
  }

  byte[] array() {
    return cluster;
  }

  void flush() throws IOException {
    if (used == 0) {
      return;
    }
    if (clusters == MAX_CLUSTERS) {
      throw new IOException("file too large: too many inodes for an image");
    }
    if (clusters == bases.length) {
      bases = Arrays.copyOf(bases, clusters * 2);
    }
    bases[clusters++] = file.end();
    file.append(cluster, 0, used);
    file.alignToBlock();
    Arrays.fill(cluster, 0, used, (byte) 0);
    used = 0;
  }

  /** The inode's number in the image; its cluster must have been flushed. */
  long nid(int slot) {
    long at = (long) slot * SLOT;
    return (bases[(int) (at / CLUSTER)] + at % CLUSTER) / SLOT;
  }
}
