package dev.varve.image.application.build;

import java.io.IOException;
import java.io.InputStream;

/**
 * One source of COPY or ADD, found.
 *
 * @param node a file, or a directory whose contents are meant; no symbolic link
 * @param name that it has in a directory
 * @param below with {@code --parents}: directories that are kept above it; empty for none
 * @param unpacked an archive whose contents are meant
 */
record SourceItem(FileTree tree, FileNode node, String name, String below, boolean unpacked) {
  InputStream open(FileNode file) throws IOException {
    return tree.open(file);
  }

  /** Its contents take the place of itself. */
  boolean isDirectory() {
    return node.isDirectory();
  }
}
