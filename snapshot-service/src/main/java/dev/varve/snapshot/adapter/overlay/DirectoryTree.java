package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.TreeRemoval;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The directories of a layer being applied, as descriptors. A parent is resolved inside the layer's
 * root once and then kept, because archives go directory by directory. One thread.
 */
final class DirectoryTree implements AutoCloseable {
  private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_OPEN = 256;

  private final Directory root;
  private final FileCalls calls;
  private final Map<String, Directory> open = new HashMap<>();

  /** A directory or link went: a kept descriptor may stand for a path that leads elsewhere now. */
  private boolean doubtful;

  DirectoryTree(Directory root) {
    this.root = root;
    this.calls = root.calls();
  }

  /**
   * Descriptors got since the last call of this method stay valid until the next one; to be called
   * once for each entry.
   */
  void trim() {
    if (doubtful || open.size() > MOST_OPEN) {
      forget();
    }
  }

  /** Resolves a directory, making what is missing of it with root's ownership. */
  int directory(EntryPath path) throws SystemCallException, ArchiveRefusedException {
    if (path.isRoot()) {
      return root.fd();
    }
    Directory known = open.get(path.text());
    if (known != null) {
      return known.fd();
    }
    try {
      return opened(path);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
        throw e;
      }
    }
    makeImplied(path);
    return opened(path);
  }

  /** Resolves a directory that must be there. */
  int existing(EntryPath path) throws SystemCallException {
    if (path.isRoot()) {
      return root.fd();
    }
    Directory known = open.get(path.text());
    return known != null ? known.fd() : opened(path);
  }

  private int opened(EntryPath path) throws SystemCallException {
    Directory directory = root.resolve(path.text());
    open.put(path.text(), directory);
    return directory.fd();
  }

  private void makeImplied(EntryPath path) throws SystemCallException, ArchiveRefusedException {
    int parent = directory(path.parent());
    FileStatus there = calls.statIfThere(parent, path.name());
    if (there != null && !there.isWhiteout()) {
      throw new ArchiveRefusedException("not a directory in the layer: " + path.quoted());
    }
    makeDirectory(parent, path.name(), LayerApplier.IMPLIED_MODE, there != null);
  }

  /**
   * @param overWhiteout a whiteout of the same layer is there: what lies below was deleted first
   */
  void makeDirectory(int parent, String name, int mode, boolean overWhiteout)
      throws SystemCallException {
    if (overWhiteout) {
      calls.unlink(parent, name);
    }
    calls.mkdir(parent, name, mode);
    if ((mode & (calls.umask() | 07000)) != 0) {
      // By descriptor: a name may stand for something else by now, where a container can write.
      try (Directory made = new Directory(calls, parent).child(name)) {
        calls.chmod(made.fd(), mode);
      }
    }
    if (overWhiteout) {
      makeOpaque(parent, name);
    }
  }

  void makeOpaque(int parent, String name) throws SystemCallException {
    calls.setXattr(parent, name, LayerApplier.OPAQUE, YES);
  }

  /** Removes what is there, a whole directory if it is one. */
  void remove(int parent, String name, FileStatus there) throws SystemCallException {
    if (there.isDirectory()) {
      TreeRemoval.remove(new Directory(calls, parent), name);
      doubtful = true;
    } else {
      calls.unlink(parent, name);
      doubtful |= there.isSymlink();
    }
  }

  private void forget() {
    open.values().forEach(Directory::close);
    open.clear();
    doubtful = false;
  }

  @Override
  public void close() {
    forget();
  }
}
