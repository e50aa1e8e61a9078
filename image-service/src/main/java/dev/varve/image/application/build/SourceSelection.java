package dev.varve.image.application.build;

import dev.varve.image.dockerfile.PathPattern;
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
   * @param missing says of what must be there and is not what Docker says
   */
  static List<SourceItem> of(
      FileTree tree, String source, boolean parents, Function<String, StepFailure> missing) {
    SourcePattern pattern = SourcePattern.of(source, parents);
    String base = FileNode.bytes(pattern.base());
    Optional<FileNode> found = tree.follow(base);
    if (pattern.required().isPresent()
        && tree.follow(FileNode.bytes(pattern.required().get())).isEmpty()) {
      throw missing.apply(source);
    }
    if (found.isEmpty()) {
      return List.of();
    }
    String name = base.substring(base.lastIndexOf('/') + 1);
    if (pattern.kept().isPresent()) {
      return List.of(new SourceItem(tree, found.get(), name, pattern.kept(), false));
    }
    return pattern
        .glob()
        .map(glob -> matching(tree, found.get(), glob))
        .orElseGet(() -> List.of(new SourceItem(tree, found.get(), name, Optional.empty(), false)));
  }

  private static List<SourceItem> matching(FileTree tree, FileNode base, PathPattern glob) {
    List<SourceItem> items = new ArrayList<>();
    int cut = base.path().isEmpty() ? 0 : base.path().length() + 1;
    for (FileNode node : tree.below(base.path())) {
      if (glob.matches(FileNode.text(node.path().substring(cut)))) {
        tree.follow(node.path())
            .ifPresent(target ->
                items.add(new SourceItem(tree, target, node.name(), Optional.empty(), false)));
      }
    }
    return items;
  }
}
