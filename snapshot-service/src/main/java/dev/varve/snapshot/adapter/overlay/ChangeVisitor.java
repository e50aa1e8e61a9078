package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.FileStatus;
import java.io.IOException;

/** Told what a {@link ChangeWalk} finds: parents before children, names in order. */
interface ChangeVisitor {

  /**
   * An inode of the upper directory.
   *
   * @param parent its directory, open as long as this call
   * @param path byte string, relative to the root
   */
  record Node(int parent, String name, String path, FileStatus status) {}

  /**
   * @param inImage the image has something of this name
   */
  void present(Node node, boolean inImage) throws IOException;

  /**
   * Something of the image that is gone.
   *
   * @param directory empty for the root, else with a slash at its end
   * @param replaced it went with its directory, of which {@link #opaque} was told
   */
  void deleted(String directory, String name, boolean replaced) throws IOException;

  /** A directory that stands in the place of the image's and shows nothing of it. */
  void opaque(String directory) throws IOException;
}
