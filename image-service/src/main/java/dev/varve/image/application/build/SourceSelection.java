package dev.varve.image.application.build;

import dev.varve.image.dockerfile.IgnoreRules;
import dev.varve.image.dockerfile.SourcePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds the sources of COPY and ADD in a tree. */
final class SourceSelection {
  private SourceSelection() {}

  /**
   * @param source as written, variables put in
   * @param missing says of a plain name that is not there what Docker says
   */
  static List<SourceItem> of(
      FileTree tree,
      String source,
      boolean parents,
      Function<String, StepFailure> missing) {
    SourcePattern pattern = SourcePattern.of(source, parents);
    if (!pattern.isPattern()) {
      FileNode node =
          tree.follow(FileNode.bytes(pattern.pattern())).orElseThrow(() -> missing.apply(source));
      return List.of(item(tree, pattern, FileNode.bytes(pattern.pattern()), node));
    }
    List<SourceItem> found = new ArrayList<>();
    for (FileNode node : tree.nodes().values()) {
      if (!node.path().isEmpty() && pattern.matches(node.shown())) {
        Optional<FileNode> target = tree.follow(node.path());
        target.ifPresent(it -> found.add(item(tree, pattern, node.path(), it)));
      }
    }
    return found;
  }

  private static SourceItem item(
      FileTree tree, SourcePattern pattern, String path, FileNode node) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return new SourceItem(tree, node, name, below(pattern, path), false);
  }

  /** The directories of the source that are kept. */
  private static String below(SourcePattern pattern, String path) {
    return pattern
        .pivot()
        .map(FileNode::bytes)
        .map(pivot -> {
          String rest =
              pivot.isEmpty() || !path.startsWith(pivot + "/")
                  ? path
                  : path.substring(pivot.length() + 1);
          return rest;
        })
        .orElse("");
  }

  /** Whether something below a source is left out. */
  static boolean isExcluded(IgnoreRules excludes, String path) {
    return excludes.ignores(FileNode.text(path));
  }
}
