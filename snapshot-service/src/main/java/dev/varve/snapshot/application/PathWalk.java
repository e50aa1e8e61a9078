package dev.varve.snapshot.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.application.FileView.Folder;
import dev.varve.snapshot.application.FileView.OpenFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a path names, as a process would whose root is the view's: absolute links begin there,
 * and what is above it is itself.
 */
public final class PathWalk {
  private static final int MOST_BYTES = 4096;
  private static final int MOST_LINKS = 40;

  /**
   * What was found.
   *
   * @param parent the directory it is in; of the root, the root
   * @param folder of a directory
   */
  public record Found(FileEntry entry, Folder parent, String name, Optional<Folder> folder) {}

  private final FileView view;
  private final String asked;
  private final Deque<String> parts = new ArrayDeque<>();
  private final List<Folder> trail = new ArrayList<>();
  private int links;

  private PathWalk(FileView view, String asked) {
    this.view = view;
    this.asked = asked;
    trail.add(view.root());
    push(asked);
  }

  /**
   * A last link is not followed, unless a slash is behind it.
   *
   * @throws ProblemException NOT_FOUND, or INVALID for a path that no file can have
   */
  public static Found find(FileView view, String path) throws IOException {
    return new PathWalk(view, path).walk(false);
  }

  /** The same, a last link followed. */
  public static Found follow(FileView view, String path) throws IOException {
    return new PathWalk(view, path).walk(true);
  }

  /** For people: bytes that are no text become replacement characters. */
  static String text(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void push(String path) {
    if (path.length() > MOST_BYTES || path.indexOf('\0') >= 0) {
      throw problem(Problem.Code.INVALID, "not a usable path");
    }
    String[] split = path.split("/", -1);
    for (int i = split.length - 1; i >= 0; i--) {
      parts.push(split[i]);
    }
  }

  private Found walk(boolean followLast) throws IOException {
    while (!parts.isEmpty()) {
      String part = parts.pop();
      if (part.equals("..")) {
        if (trail.size() > 1) {
          trail.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        Optional<Found> end = step(part, followLast);
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    return directory();
  }

  /** Empty when there is more of the path. */
  private Optional<Found> step(String name, boolean followLast) throws IOException {
    Folder parent = trail.getLast();
    try (OpenFolder open = view.open(parent)) {
      FileEntry entry =
          open.entry(name).orElseThrow(() -> problem(Problem.Code.NOT_FOUND, "no such file"));
      if (entry.isDirectory()) {
        trail.add(open.folder(name));
        return Optional.empty();
      }
      if (entry.isSymlink() && (followLast || !parts.isEmpty())) {
        follow(entry.target());
        return Optional.empty();
      }
      if (!parts.isEmpty()) {
        throw problem(Problem.Code.NOT_FOUND, "not a directory on the way");
      }
      return Optional.of(new Found(entry, parent, name, Optional.empty()));
    }
  }

  private void follow(String target) {
    if (++links > MOST_LINKS) {
      throw problem(Problem.Code.INVALID, "too many levels of symbolic links");
    }
    if (target.startsWith("/")) {
      trail.subList(1, trail.size()).clear();
    }
    push(target);
  }

  private Found directory() throws IOException {
    Folder folder = trail.removeLast();
    if (trail.isEmpty()) {
      return new Found(view.rootEntry(), folder, ".", Optional.of(folder));
    }
    Folder parent = trail.getLast();
    String name = folder.path().substring(folder.path().lastIndexOf('/') + 1);
    try (OpenFolder open = view.open(parent)) {
      FileEntry entry = open.entry(name).orElseThrow(() -> new IOException("gone while looked at"));
      return new Found(entry, parent, name, Optional.of(folder));
    }
  }

  private ProblemException problem(Problem.Code code, String what) {
    return new Problem(code, what + " in the image: " + text(asked)).asException();
  }
}
