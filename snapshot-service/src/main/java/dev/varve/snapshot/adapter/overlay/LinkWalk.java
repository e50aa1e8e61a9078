package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.process.Descriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows links by their words, to tell where they lead in the end, whether that is there or not.
 */
final class LinkWalk {
  private static final int MOST_LINKS = 255;
  private static final long IN_ROOT = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;

  private final FileCalls calls;
  private final Directory root;
  private final Deque<String> parts = new ArrayDeque<>();

  LinkWalk(FileCalls calls, Directory root) {
    this.calls = calls;
    this.root = root;
  }

  /**
   * @param path relative to the root
   * @return absolute
   * @throws SystemCallException ELOOP
   */
  String end(String path) throws SystemCallException {
    Deque<String> reached = new ArrayDeque<>();
    push(path);
    int links = 0;
    while (!parts.isEmpty()) {
      String part = parts.pop();
      if (part.equals("..")) {
        reached.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        reached.addLast(part);
        String target = target(String.join("/", reached));
        if (target != null) {
          if (++links > MOST_LINKS) {
            throw new SystemCallException("readlink", Errno.ELOOP);
          }
          reached.removeLast();
          if (target.startsWith("/")) {
            reached.clear();
          }
          push(target);
        }
      }
    }
    return "/" + String.join("/", reached);
  }

  private void push(String path) {
    String[] split = path.split("/", -1);
    for (int i = split.length - 1; i >= 0; i--) {
      parts.push(split[i]);
    }
  }

  /** Null when it is no link, or nothing. */
  private @Nullable String target(String path) throws SystemCallException {
    int flags = FileCalls.O_PATH | FileCalls.O_NOFOLLOW;
    try (Descriptor handle = Descriptor.of(calls.openIn(root.fd(), path, flags, IN_ROOT))) {
      return calls.stat(handle.number()).isSymlink() ? calls.readlink(handle.number(), "") : null;
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }
}
