package dev.varve.snapshot.application;

import dev.varve.snapshot.application.FileView.Folder;
import dev.varve.snapshot.application.FileView.OpenFolder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Lists directories in the order of {@code ls -R}. Memory is for the names of one directory, and
 * for the directories found and not yet read.
 */
public final class TreeWalk {

  /** Takes what is found, one at a time. */
  @FunctionalInterface
  public interface Sink<T> {
    /** False when nobody wants more. */
    boolean take(T found) throws IOException, InterruptedException;
  }

  private TreeWalk() {}

  /** What is in the directory; what was found itself when it is none. */
  public static void list(
      FileView view, PathWalk.Found found, boolean recursive, Sink<FileEntry> sink)
      throws IOException, InterruptedException {
    if (found.folder().isEmpty()) {
      boolean ignored = sink.take(found.entry());
      return;
    }
    below(view, found.folder().get(), recursive, sink);
  }

  /** False when the sink wanted no more. */
  static boolean below(FileView view, Folder top, boolean recursive, Sink<FileEntry> sink)
      throws IOException, InterruptedException {
    Deque<Folder> folders = new ArrayDeque<>();
    folders.push(top);
    while (!folders.isEmpty()) {
      List<Folder> inside = new ArrayList<>();
      try (OpenFolder folder = view.open(folders.pop())) {
        for (String name : folder.names()) {
          Optional<FileEntry> entry = folder.entry(name);
          if (entry.isPresent()) {
            if (!sink.take(entry.get())) {
              return false;
            }
            if (recursive && entry.get().isDirectory()) {
              inside.add(folder.folder(name));
            }
          }
        }
      }
      inside.reversed().forEach(folders::push);
    }
    return true;
  }
}
