package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts a whole tree into an archive, names in order; does not leave its file system but for some
 * mounts: what else is mounted on a directory in it is left out. The tree may change meanwhile.
 *
 * @param entered roots of mounts that are entered
 */
record TreeWalk(FileCalls calls, TreeArchive archive, Set<Place> entered) {
  private static final long BENEATH =
      FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_MAGICLINKS;

  /** What a directory is known by, wherever it is mounted. */
  record Place(long fileSystem, long inode) {
    static Place of(FileStatus status) {
      return new Place(status.fileSystem(), status.inode());
    }
  }

  TreeWalk(FileCalls calls, TreeArchive archive) {
    this(calls, archive, Set.of());
  }

  /**
   * @param prefix of all names in the archive
   */
  void walk(Directory root, String prefix) throws IOException {
    directory(root, prefix, 0);
  }

  private void directory(Directory at, String path, int depth) throws IOException {
    TreeDepth.check(depth);
    TreeSet<String> names = new TreeSet<>();
    calls.list(at.fd()).forEach(entry -> names.add(entry.name()));
    for (String name : names) {
      FileStatus status = calls.statIfThere(at.fd(), name);
      if (status == null) {
        continue;
      }
      archive.add(at.fd(), name, path + name, status);
      if (status.isDirectory()) {
        try (Directory child = child(at, name, status)) {
          directory(child, path + name + "/", depth + 1);
        } catch (SystemCallException e) {
          if (!isNoDirectoryHere(e.errno())) {
            throw e;
          }
        }
      }
    }
  }

  private Directory child(Directory at, String name, FileStatus seen) throws SystemCallException {
    if (!entered.contains(Place.of(seen))) {
      return at.child(name);
    }
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
    Directory child = new Directory(calls, calls.openIn(at.fd(), name, flags, BENEATH));
    if (Place.of(calls.stat(child.fd())).equals(Place.of(seen))) {
      return child;
    }
    child.close();
    throw new SystemCallException("openat2", Errno.EXDEV);
  }

  /** Gone, replaced by something else, or mounted on. */
  private static boolean isNoDirectoryHere(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV -> true;
      default -> false;
    };
  }
}
