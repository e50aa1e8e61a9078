package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.util.TreeSet;

/**
 * Puts a whole tree into an archive, names in order; does not leave its file system: what is
 * mounted on a directory in it is left out. The tree may change meanwhile.
 */
record TreeWalk(FileCalls calls, TreeArchive archive) {

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
        try (Directory child = at.child(name)) {
          directory(child, path + name + "/", depth + 1);
        } catch (SystemCallException e) {
          if (!isNoDirectoryHere(e.errno())) {
            throw e;
          }
        }
      }
    }
  }

  /** Gone, replaced by something else, or mounted on. */
  private static boolean isNoDirectoryHere(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV -> true;
      default -> false;
    };
  }
}
