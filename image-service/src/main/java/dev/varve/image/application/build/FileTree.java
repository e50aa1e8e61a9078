package dev.varve.image.application.build;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Files to copy from: a build's context, an image's or archive's content. Nothing of it lies in the
 * host's file system under its own name, so that no path and no link in it can lead out of it.
 *
 * <p>Immutable; any thread. Closed, its contents are gone.
 */
public interface FileTree extends AutoCloseable {
  int MOST_LINKS = 255;

  /** By path, the root with them; each node's parents are there, and are directories. */
  NavigableMap<String, FileNode> nodes();

  /** Of a regular file. */
  InputStream open(FileNode file) throws IOException;

  @Override
  void close();

  default Optional<FileNode> node(String path) {
    return Optional.ofNullable(nodes().get(path));
  }

  /** A directory's nodes at any depth, without itself, parents first. */
  default Iterable<FileNode> below(String directory) {
    return directory.isEmpty()
        ? nodes().tailMap("", false).values()
        : nodes().subMap(directory + "/", true, directory + "0", false).values();
  }

  /** What a path leads to when all links on its way are followed within the tree. */
  default Optional<FileNode> follow(String path) {
    Deque<String> rest = new ArrayDeque<>(parts(path));
    List<String> at = new ArrayList<>();
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.equals("..")) {
        if (!at.isEmpty()) {
          at.removeLast();
        }
        continue;
      }
      at.add(name);
      FileNode node = nodes().get(String.join("/", at));
      if (node == null) {
        return Optional.empty();
      }
      if (node.kind() == FileNode.Kind.SYMLINK) {
        if (++links > MOST_LINKS) {
          return Optional.empty();
        }
        at.removeLast();
        if (node.link().startsWith("/")) {
          at.clear();
        }
        List<String> target = parts(node.link());
        for (int i = target.size() - 1; i >= 0; i--) {
          rest.addFirst(target.get(i));
        }
      }
    }
    return node(String.join("/", at));
  }

  /** The names of a path; {@code .} and empty ones left out. */
  static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }
}
