package dev.varve.image.application.build;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A directory of a tree, with other trees in place of some directories in it; owns them all. */
final class GraftedTree implements FileTree {
  private final FileTree trunk;

  /** By where they are. */
  private final NavigableMap<String, FileTree> grafts;

  /** Seen from the directory. */
  private final NavigableMap<String, FileNode> nodes = new TreeMap<>();

  /** The directory's path and a slash, or empty for the whole. */
  private final String above;

  /**
   * @param directory a directory, links in its path followed already; empty for the whole
   */
  GraftedTree(FileTree trunk, Map<String, FileTree> grafts, String directory) {
    this.trunk = trunk;
    this.grafts = new TreeMap<>(grafts);
    this.above = directory.isEmpty() ? "" : directory + "/";
    trunk.nodes().values().forEach(this::put);
    this.grafts.forEach((path, tree) ->
        tree.nodes().values().stream()
            .filter(node -> !node.path().isEmpty())
            .forEach(node -> put(node.at(path + "/" + node.path()))));
    nodes.put("", FileNode.directory(""));
  }

  private void put(FileNode node) {
    if (node.path().startsWith(above) && node.path().length() > above.length()) {
      String path = node.path().substring(above.length());
      nodes.put(path, node.at(path));
    }
  }

  @Override
  public NavigableMap<String, FileNode> nodes() {
    return nodes;
  }

  @Override
  public InputStream open(FileNode file) throws IOException {
    String whole = above + file.path();
    Map.Entry<String, FileTree> graft = grafts.floorEntry(whole);
    while (graft != null && !whole.startsWith(graft.getKey() + "/")) {
      graft = grafts.lowerEntry(graft.getKey());
    }
    return graft == null ? trunk.open(file) : graft.getValue().open(file);
  }

  @Override
  public void close() {
    try {
      trunk.close();
    } finally {
      grafts.values().forEach(FileTree::close);
    }
  }
}
