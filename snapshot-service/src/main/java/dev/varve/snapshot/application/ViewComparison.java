package dev.varve.snapshot.application;

import dev.varve.snapshot.application.FileView.Folder;
import dev.varve.snapshot.application.FileView.OpenFolder;
import dev.varve.snapshot.application.TreeWalk.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one view has otherwise than another. Times alone make no difference. What the same layers
 * brought on both sides is not looked at: a chain id stands for all below it as well.
 *
 * <p>As in Docker's diff, a directory with differences inside is told of as modified, before them;
 * what a deleted directory held is not told of one by one. The order is that of {@link TreeWalk}.
 */
public final class ViewComparison {
  private static final int CHUNK = 64 << 10;

  /** What became of a path. */
  public enum Kind {
    MODIFIED,
    ADDED,
    DELETED
  }

  /** One path that differs, a byte string. */
  public record Difference(String path, Kind kind) {}

  /** Two directories of the same path to be compared; {@code told} is whether it was reported. */
  private static final class Pair {
    final @Nullable Pair parent;
    final Folder before;
    final Folder after;
    boolean told;

    Pair(@Nullable Pair parent, Folder before, Folder after, boolean told) {
      this.parent = parent;
      this.before = before;
      this.after = after;
      this.told = told;
    }
  }

  private final FileView before;
  private final FileView after;
  private final Sink<Difference> sink;
  private final Deque<Pair> pairs = new ArrayDeque<>();

  private ViewComparison(FileView before, FileView after, Sink<Difference> sink) {
    this.before = before;
    this.after = after;
    this.sink = sink;
  }

  public static void compare(FileView before, FileView after, Sink<Difference> sink)
      throws IOException, InterruptedException {
    ViewComparison comparison = new ViewComparison(before, after, sink);
    // The root is there whatever an image says; it is told of only when it differs itself.
    boolean rootDiffers = !sameInode(before.rootEntry(), after.rootEntry());
    if (rootDiffers && !sink.take(new Difference("/", Kind.MODIFIED))) {
      return;
    }
    comparison.pairs.push(new Pair(null, before.root(), after.root(), true));
    boolean more = true;
    while (more && !comparison.pairs.isEmpty()) {
      more = comparison.compare(comparison.pairs.pop());
    }
  }

  private boolean compare(Pair pair) throws IOException, InterruptedException {
    if (pair.before.layers().equals(pair.after.layers())) {
      return true;
    }
    List<Pair> inside = new ArrayList<>();
    List<Folder> added = new ArrayList<>();
    try (OpenFolder old = before.open(pair.before);
        OpenFolder now = after.open(pair.after)) {
      Set<String> names = new TreeSet<>(old.names());
      names.addAll(now.names());
      for (String name : names) {
        if (!compare(pair, name, old, now, inside, added)) {
          return false;
        }
      }
    }
    for (Folder folder : added) {
      if (!TreeWalk.below(
          after, folder, true, entry -> sink.take(new Difference(entry.path(), Kind.ADDED)))) {
        return false;
      }
    }
    inside.reversed().forEach(pairs::push);
    return true;
  }

  private boolean compare(
      Pair pair, String name, OpenFolder old, OpenFolder now, List<Pair> inside, List<Folder> added)
      throws IOException, InterruptedException {
    @Nullable FileEntry was = old.entry(name).orElse(null);
    @Nullable FileEntry is = now.entry(name).orElse(null);
    if (is == null) {
      return was == null || tell(pair, new Difference(was.path(), Kind.DELETED));
    }
    if (was == null) {
      if (is.isDirectory()) {
        added.add(now.folder(name));
      }
      return tell(pair, new Difference(is.path(), Kind.ADDED));
    }
    boolean differs = !same(was, is, name, old, now);
    if (differs && !tell(pair, new Difference(is.path(), Kind.MODIFIED))) {
      return false;
    }
    if (is.isDirectory() && was.isDirectory()) {
      inside.add(new Pair(pair, old.folder(name), now.folder(name), differs));
    } else if (is.isDirectory()) {
      added.add(now.folder(name));
    }
    return true;
  }

  /** Tells of the directories on the way first, as far as that was not done. */
  private boolean tell(Pair pair, Difference difference) throws IOException, InterruptedException {
    Deque<Pair> untold = new ArrayDeque<>();
    for (Pair at = pair; at != null && !at.told; at = at.parent) {
      untold.push(at);
    }
    for (Pair at : untold) {
      at.told = true;
      if (!sink.take(new Difference(at.after.path(), Kind.MODIFIED))) {
        return false;
      }
    }
    return sink.take(difference);
  }

  private static boolean sameInode(FileEntry was, FileEntry is) {
    return was.mode() == is.mode() && was.uid() == is.uid() && was.gid() == is.gid();
  }

  private static boolean same(
      FileEntry was, FileEntry is, String name, OpenFolder old, OpenFolder now) throws IOException {
    if (was.layer().equals(is.layer())) {
      return true;
    }
    return sameInode(was, is)
        && was.target().equals(is.target())
        && was.deviceMajor() == is.deviceMajor()
        && was.deviceMinor() == is.deviceMinor()
        && (!is.isRegular() || was.size() == is.size())
        && sameAttributes(old.attributes(name), now.attributes(name))
        && (!is.isRegular() || sameBytes(name, old, now));
  }

  private static boolean sameAttributes(Map<String, byte[]> was, Map<String, byte[]> is) {
    return was.keySet().equals(is.keySet())
        && was.keySet().stream().allMatch(key -> Arrays.equals(was.get(key), is.get(key)));
  }

  private static boolean sameBytes(String name, OpenFolder old, OpenFolder now) throws IOException {
    try (InputStream was = old.read(name);
        InputStream is = now.read(name)) {
      while (true) {
        byte[] left = was.readNBytes(CHUNK);
        byte[] right = is.readNBytes(CHUNK);
        if (!Arrays.equals(left, right)) {
          return false;
        }
        if (left.length == 0) {
          return true;
        }
      }
    }
  }
}
