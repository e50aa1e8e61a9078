package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.util.HashMap;
import java.util.Map;

/** Copies one file from layer to layer with all its attributes. */
record FileCopy(FileCalls calls) {

  /**
   * @return bytes of content
   * @throws ArchiveRefusedException when it is neither a regular file nor a symbolic link
   */
  long copy(int from, FileStatus status, int to, String name)
      throws SystemCallException, ArchiveRefusedException {
    long copied = 0;
    if (status.isSymlink()) {
      calls.symlink(calls.readlink(from, name), to, name);
      calls.chown(to, name, status.uid(), status.gid());
    } else if (status.isRegular()) {
      copied = copyRegular(from, status, to, name);
    } else {
      throw new ArchiveRefusedException("hard link to a special file of a lower layer");
    }
    XattrPolicy.set(calls, to, name, xattrs(from, name));
    calls.touch(to, name, status.modifiedSeconds(), status.modifiedNanos());
    return copied;
  }

  private long copyRegular(int from, FileStatus status, int to, String name)
      throws SystemCallException {
    int source = calls.open(from, name, FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW, 0);
    try {
      int flags = FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL;
      int target = calls.open(to, name, flags | FileCalls.O_NOFOLLOW, 0600);
      try {
        long copied = calls.copy(source, target);
        calls.chown(target, status.uid(), status.gid());
        calls.chmod(target, status.permissions());
        return copied;
      } finally {
        calls.close(target);
      }
    } finally {
      calls.close(source);
    }
  }

  private Map<String, byte[]> xattrs(int dir, String name) throws SystemCallException {
    Map<String, byte[]> xattrs = new HashMap<>();
    for (String attribute : calls.listXattr(dir, name)) {
      byte[] value = calls.getXattr(dir, name, attribute);
      if (value != null) {
        xattrs.put(attribute, value);
      }
    }
    return xattrs;
  }
}
