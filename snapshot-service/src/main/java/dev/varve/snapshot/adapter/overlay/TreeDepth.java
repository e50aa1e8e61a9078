package dev.varve.snapshot.adapter.overlay;

import java.io.IOException;

/** How deep a tree is read: a container can nest directories deeper than a path can say. */
final class TreeDepth {
  /** Each level has a name of at least one byte and a slash, in a path of at most 4096 bytes. */
  private static final int MOST = 2048;

  private TreeDepth() {}

  static void check(int depth) throws IOException {
    if (depth > MOST) {
      throw new IOException("file name too long: directories are nested too deep");
    }
  }
}
