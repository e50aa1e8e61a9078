package dev.varve.image.application.build;

import dev.varve.image.dockerfile.PathPatterns;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One source of COPY or ADD, found.
 *
 * @param node a file, or a directory whose contents are meant; no symbolic link
 * @param name that it has in a directory
 * @param kept with {@code --parents}: what of the directory is meant, with the directories above it
 * @param unpacked an archive whose contents are meant
 */
record SourceItem(
    FileTree tree, FileNode node, String name, Optional<PathPatterns> kept, boolean unpacked) {
  InputStream open(FileNode file) throws IOException {
    return tree.open(file);
  }

  /** Its contents take the place of itself. */
  boolean isDirectory() {
    return node.isDirectory();
  }

  /** The path of a node below this one's, from there. */
  String relative(FileNode below) {
    return node.path().isEmpty() ? below.path() : below.path().substring(node.path().length() + 1);
  }

  /** What is meant of what is below, by paths from the tree's root. */
  boolean isMeant(FileNode below, PathPatterns excludes) {
    return !excludes.matches(FileNode.text(below.path()))
        && (kept.isEmpty() || kept.get().matches(FileNode.text(relative(below))));
  }
}
