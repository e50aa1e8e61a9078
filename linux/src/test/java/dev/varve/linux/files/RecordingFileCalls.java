package dev.varve.linux.files;

import dev.varve.linux.SystemCallException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Does on the real disk what any user may do, and only records what needs privileges: owners,
 * devices (an empty file stands in for one) and attributes outside {@code user.}. So code that lays
 * down files can be tested without root.
 */
public final class RecordingFileCalls extends KernelFileCalls {
  private final List<String> privileged = Collections.synchronizedList(new ArrayList<>());

  /** One line per withheld call, for example {@code chown passwd 0:0}. */
  public List<String> privileged() {
    return List.copyOf(privileged);
  }

  @Override
  public void chown(int dir, String name, int uid, int gid) {
    privileged.add("chown " + name + " " + uid + ":" + gid);
  }

  @Override
  public void chown(int fd, int uid, int gid) {
    privileged.add("chown fd " + uid + ":" + gid);
  }

  @Override
  public void mknod(int dir, String name, int mode, int major, int minor)
      throws SystemCallException {
    if ((mode & S_IFMT) == S_IFIFO) {
      super.mknod(dir, name, mode, major, minor);
      return;
    }
    String type = (mode & S_IFMT) == S_IFCHR ? "c" : "b";
    privileged.add("mknod " + name + " " + type + " " + major + ":" + minor);
    close(open(dir, name, O_WRONLY | O_CREAT | O_EXCL, mode & 0777));
  }

  @Override
  public void setXattr(int dir, String name, String attribute, byte[] value)
      throws SystemCallException {
    if (attribute.startsWith("user.")) {
      super.setXattr(dir, name, attribute, value);
      return;
    }
    privileged.add("setxattr " + name + " " + attribute + "=" + ByteNames.ofBytes(value));
  }
}
