package dev.varve.image.application.build;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up paths in what a stage has come to, links followed within it. What is looked at is
 * remembered. One thread.
 */
final class Destination {
  private final Look look;
  private final Map<String, Optional<FileNode>> seen = new LinkedHashMap<>();

  /** What one path without links on its way names; the path without slashes at its ends. */
  @FunctionalInterface
  interface Look {
    Optional<FileNode> at(String path) throws IOException, InterruptedException;
  }

  Destination(Look look) {
    this.look = look;
  }

  /** Nothing is below. */
  static Destination empty() {
    return new Destination(path -> Optional.empty());
  }

  /**
   * Where a path leads.
   *
   * @param path without links on its way
   * @param node what is there
   */
  record Place(String path, Optional<FileNode> node) {
    boolean isDirectory() {
      return path.isEmpty() || node.filter(FileNode::isDirectory).isPresent();
    }
  }

  /**
   * @param path a byte string
   * @throws StepFailure when links lead round in circles, or something on the way is no directory
   */
  Place resolve(String path) throws IOException, InterruptedException {
    Deque<String> rest = new ArrayDeque<>(FileTree.parts(path));
    List<String> at = new ArrayList<>();
    int links = 0;
    Optional<FileNode> node = Optional.empty();
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.equals("..")) {
        if (!at.isEmpty()) {
          at.removeLast();
        }
        node = at.isEmpty() ? Optional.empty() : seen(String.join("/", at));
        continue;
      }
      if (node.filter(it -> !it.isDirectory()).isPresent()) {
        throw new StepFailure(
            "cannot copy below /" + FileNode.text(String.join("/", at)) + ": not a directory");
      }
      boolean parentThere = at.isEmpty() || node.isPresent();
      at.add(name);
      String here = String.join("/", at);
      node = parentThere ? seen(here) : Optional.empty();
      if (node.filter(it -> it.kind() == FileNode.Kind.SYMLINK).isPresent()) {
        if (++links > FileTree.MOST_LINKS) {
          throw new StepFailure("too many links in /" + FileNode.text(path));
        }
        String target = node.get().link();
        at.removeLast();
        if (target.startsWith("/")) {
          at.clear();
        }
        List<String> parts = FileTree.parts(target);
        for (int i = parts.size() - 1; i >= 0; i--) {
          rest.addFirst(parts.get(i));
        }
        node = at.isEmpty() ? Optional.empty() : seen(String.join("/", at));
      }
    }
    return new Place(String.join("/", at), node);
  }

  /** What is at a path that has no links on its way. */
  Optional<FileNode> seen(String path) throws IOException, InterruptedException {
    Optional<FileNode> known = seen.get(path);
    if (known == null) {
      known = look.at(path);
      seen.put(path, known);
    }
    return known;
  }
}
