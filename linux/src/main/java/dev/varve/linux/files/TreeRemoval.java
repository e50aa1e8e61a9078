package dev.varve.linux.files;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;

/**
 * Deletes a directory with all below it, whatever a container left there: it follows no link,
 * crosses no mount (a mount below is an error, not a loss), and takes bounded stack and descriptors
 * for trees of any depth, by pulling what lies too deep up to the top first.
 *
 * <p>May take seconds: for platform threads. Finding things gone already is success.
 */
public final class TreeRemoval {
  private static final int DEEPEST = 48;

  private final FileCalls calls;
  private final int top;
  private long pulledUp;

  private TreeRemoval(FileCalls calls, int top) {
    this.calls = calls;
    this.top = top;
  }

  /**
   * @param parent directory that no container can change
   * @param name a name in it; need not exist
   */
  public static void remove(Directory parent, String name) throws SystemCallException {
    FileCalls calls = parent.calls();
    try (Directory tree = parent.child(name)) {
      TreeRemoval removal = new TreeRemoval(calls, tree.fd());
      long before;
      do {
        before = removal.pulledUp;
        removal.empty(tree, 0);
      } while (removal.pulledUp > before);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return;
      }
      if (e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        unlink(calls, parent.fd(), name);
        return;
      }
      throw e;
    }
    rmdir(calls, parent.fd(), name);
  }

  private void empty(Directory directory, int depth) throws SystemCallException {
    for (FileCalls.Entry entry : calls.list(directory.fd())) {
      if (entry.directory() || (entry.unknown() && isDirectory(directory, entry.name()))) {
        removeDirectory(directory, entry.name(), depth);
      } else {
        unlink(calls, directory.fd(), entry.name());
      }
    }
  }

  private void removeDirectory(Directory parent, String name, int depth)
      throws SystemCallException {
    if (depth >= DEEPEST) {
      pullUp(parent, name);
      return;
    }
    try (Directory child = parent.child(name)) {
      empty(child, depth + 1);
    }
    rmdir(calls, parent.fd(), name);
  }

  private void pullUp(Directory parent, String name) throws SystemCallException {
    while (true) {
      String free = ".varve-deep-" + pulledUp++;
      try {
        calls.rename(parent.fd(), name, top, free, FileCalls.RENAME_NOREPLACE);
        return;
      } catch (SystemCallException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
      }
    }
  }

  private boolean isDirectory(Directory parent, String name) throws SystemCallException {
    FileStatus status = calls.statIfThere(parent.fd(), name);
    return status != null && status.isDirectory();
  }

  private static void unlink(FileCalls calls, int dir, String name) throws SystemCallException {
    try {
      calls.unlink(dir, name);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  private static void rmdir(FileCalls calls, int dir, String name) throws SystemCallException {
    try {
      calls.rmdir(dir, name);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }
}
