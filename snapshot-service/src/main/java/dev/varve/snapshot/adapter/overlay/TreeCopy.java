package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies a tree into a directory that nobody else uses, with owners, modes, times, attributes and
 * hard links; sockets not at all. One thread, one tree.
 */
final class TreeCopy {
  private static final String HERE = ".";
  private static final int PRIVATE = 0700;

  private final FileCalls calls;
  private final FileCopy files;
  private final Directory target;
  private final Map<Inode, String> linked = new HashMap<>();

  private record Inode(long fileSystem, long number) {}

  TreeCopy(FileCalls calls, Directory target) {
    this.calls = calls;
    this.files = new FileCopy(calls);
    this.target = target;
  }

  /** The content and, of the root itself, owner, mode, attributes and time. */
  void copy(Directory from) throws IOException {
    copy(from, target, "", 0);
    attributes(from.fd(), HERE, calls.stat(from.fd()), target.fd(), HERE);
  }

  private void copy(Directory from, Directory to, String path, int depth) throws IOException {
    TreeDepth.check(depth);
    for (FileCalls.Entry entry : calls.list(from.fd())) {
      String name = entry.name();
      FileStatus status = calls.stat(from.fd(), name);
      switch (status.type()) {
        case FileCalls.S_IFDIR -> {
          calls.mkdir(to.fd(), name, PRIVATE);
          try (Directory below = from.child(name);
              Directory made = to.child(name)) {
            copy(below, made, path + name + "/", depth + 1);
          }
          attributes(from.fd(), name, status, to.fd(), name);
        }
        case FileCalls.S_IFREG, FileCalls.S_IFLNK -> copyFile(from, to, name, path, status);
        case FileCalls.S_IFCHR, FileCalls.S_IFBLK, FileCalls.S_IFIFO -> {
          calls.mknod(to.fd(), name, status.mode(), status.deviceMajor(), status.deviceMinor());
          attributes(from.fd(), name, status, to.fd(), name);
        }
        default -> {
          // A socket is nothing without who listens at it.
        }
      }
    }
  }

  private void copyFile(Directory from, Directory to, String name, String path, FileStatus status)
      throws IOException {
    if (status.links() > 1 && status.isRegular()) {
      String first =
          linked.putIfAbsent(new Inode(status.fileSystem(), status.inode()), path + name);
      if (first != null) {
        calls.link(target.fd(), first, to.fd(), name);
        return;
      }
    }
    files.copy(from.fd(), status, to.fd(), name);
  }

  private void attributes(int from, String name, FileStatus status, int to, String as)
      throws SystemCallException {
    calls.chown(to, as, status.uid(), status.gid());
    calls.chmod(to, as, status.permissions());
    XattrPolicy.set(calls, to, as, XattrPolicy.read(calls, from, name));
    calls.touch(to, as, status.modifiedSeconds(), status.modifiedNanos());
  }
}
