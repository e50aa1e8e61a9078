package dev.varve.image.application.build;

import dev.varve.image.dockerfile.PathPatterns;
import java.io.IOException;
import java.io.InputStream;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A build's context without what its ignore file leaves out; closed by who has the whole. */
final class Context implements FileTree {
  private final FileTree whole;
  private final NavigableMap<String, FileNode> nodes;

  private Context(FileTree whole, NavigableMap<String, FileNode> nodes) {
    this.whole = whole;
    this.nodes = nodes;
  }

  static FileTree without(FileTree whole, Optional<PathPatterns> ignored) {
    if (ignored.isEmpty()) {
      return whole;
    }
    NavigableMap<String, FileNode> kept = new TreeMap<>();
    for (FileNode node : whole.nodes().values()) {
      if (node.path().isEmpty() || !ignored.get().matches(node.shown())) {
        addWithParents(whole, kept, node);
      }
    }
    return new Context(whole, kept);
  }

  /** The same files for somebody who closes what he was given. */
  static FileTree of(FileTree whole) {
    return new Context(whole, whole.nodes());
  }

  private static void addWithParents(
      FileTree whole, NavigableMap<String, FileNode> kept, FileNode node) {
    kept.put(node.path(), node);
    int slash = node.path().lastIndexOf('/');
    while (slash > 0) {
      String parent = node.path().substring(0, slash);
      whole.node(parent).ifPresent(it -> kept.putIfAbsent(parent, it));
      slash = parent.lastIndexOf('/');
    }
  }

  @Override
  public NavigableMap<String, FileNode> nodes() {
    return nodes;
  }

  @Override
  public InputStream open(FileNode file) throws IOException {
    return whole.open(file);
  }

  @Override
  public void close() {
    // The whole is closed by who opened it.
  }
}
