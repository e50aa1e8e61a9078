package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.snapshot.adapter.overlay.ChangeVisitor.Node;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks an overlay's upper directory beside the merged layers below it. A directory that is in the
 * upper one only because something in it is, is told of only if something in it is told of. For one
 * use.
 */
final class ChangeWalk {
  private static final byte YES = 'y';

  private final FileCalls calls;
  private final ChangeVisitor visitor;

  /** Directories on the way down that were not told of yet. */
  private final Deque<Node> unchanged = new ArrayDeque<>();

  ChangeWalk(FileCalls calls, ChangeVisitor visitor) {
    this.calls = calls;
    this.visitor = visitor;
  }

  void walk(Directory upper, Directory lower) throws IOException {
    try (Directory listed = upper.child(".")) {
      directory(listed, lower, "", false, 0);
    }
  }

  /**
   * @param lower null when the image has no such directory
   * @param opaque the directory shows nothing of the image's
   */
  private void directory(
      Directory upper, @Nullable Directory lower, String path, boolean opaque, int depth)
      throws IOException {
    TreeDepth.check(depth);
    TreeSet<String> names = new TreeSet<>();
    calls.list(upper.fd()).forEach(entry -> names.add(entry.name()));
    if (opaque && lower != null) {
      try (Directory listed = lower.child(".")) {
        calls.list(listed.fd()).forEach(entry -> names.add(entry.name()));
      }
    }
    for (String name : names) {
      FileStatus below = lower == null ? null : calls.statIfThere(lower.fd(), name);
      FileStatus status = calls.statIfThere(upper.fd(), name);
      if (status == null || status.isWhiteout()) {
        if (below != null && (status != null || opaque)) {
          tellOfParents();
          visitor.deleted(path, name, opaque);
        }
      } else if (status.type() != TreeArchive.S_IFSOCK) {
        Node node = new Node(upper.fd(), name, path + name, status);
        entry(node, upper, lower, below, opaque, depth);
      }
    }
  }

  private void entry(
      Node node,
      Directory upper,
      @Nullable Directory lower,
      @Nullable FileStatus below,
      boolean opaque,
      int depth)
      throws IOException {
    boolean engines = below == null && EngineFiles.isKnown(node.path());
    boolean told =
        engines
            ? !EngineFiles.isUntouched(calls, upper.fd(), node.name(), node.path(), node.status())
            : opaque || !isSameDirectory(node, lower, below);
    if (told) {
      tellOfParents();
      visitor.present(node, below != null || engines);
    }
    if (!node.status().isDirectory()) {
      return;
    }
    try (Directory child = upper.child(node.name())) {
      boolean replaces = below != null && below.isDirectory();
      boolean hides = replaces && isOpaque(node);
      if (!told) {
        unchanged.addLast(node);
      }
      if (hides) {
        tellOfParents();
        visitor.opaque(node.path() + "/");
      }
      if (replaces && lower != null) {
        try (Directory same = lower.child(node.name())) {
          directory(child, same, node.path() + "/", hides, depth + 1);
        }
      } else {
        directory(child, null, node.path() + "/", false, depth + 1);
      }
      if (!told) {
        unchanged.pollLast();
      }
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      // Removed since its name was read.
      unchanged.removeLastOccurrence(node);
    }
  }

  private void tellOfParents() throws IOException {
    while (!unchanged.isEmpty()) {
      visitor.present(unchanged.pollFirst(), true);
    }
  }

  /** A file that was copied up may have new content whatever its times say; a directory not. */
  private boolean isSameDirectory(Node node, @Nullable Directory lower, @Nullable FileStatus below)
      throws SystemCallException {
    FileStatus status = node.status();
    return below != null
        && lower != null
        && status.isDirectory()
        && below.mode() == status.mode()
        && below.uid() == status.uid()
        && below.gid() == status.gid()
        && sameAttributes(
            XattrPolicy.read(calls, node.parent(), node.name()),
            XattrPolicy.read(calls, lower.fd(), node.name()));
  }

  private static boolean sameAttributes(Map<String, byte[]> one, Map<String, byte[]> other) {
    Map<String, byte[]> left = new HashMap<>(other);
    for (Map.Entry<String, byte[]> attribute : one.entrySet()) {
      byte[] value = left.remove(attribute.getKey());
      if (value == null || !Arrays.equals(value, attribute.getValue())) {
        return false;
      }
    }
    return left.isEmpty();
  }

  private boolean isOpaque(Node node) throws SystemCallException {
    byte[] value = calls.getXattr(node.parent(), node.name(), LayerApplier.OPAQUE);
    return value != null && value.length == 1 && value[0] == YES;
  }
}
