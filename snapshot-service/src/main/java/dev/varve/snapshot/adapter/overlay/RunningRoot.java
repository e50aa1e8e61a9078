package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.ProcessFacts;
import dev.varve.snapshot.domain.Container;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The root of a running container as its own processes see it, with what is mounted in it. */
final class RunningRoot {
  private static final int STAT_BYTES = 1024;

  /**
   * File systems that hold files: the roots themselves, tmpfs, and what hosts keep their files on
   * (ext, XFS, Btrfs, F2FS, ZFS, bcachefs, NFS). What the kernel makes up (proc, sysfs, cgroups,
   * queues, terminals) is none: looking there has effects, and writing there has worse.
   */
  private static final Set<Long> OF_FILES =
      Set.of(
          0x794c7630L,
          0x01021994L,
          0xef53L,
          0x58465342L,
          0x9123683eL,
          0xf2f52010L,
          0x2fc12fc1L,
          0xca451a4eL,
          0x6969L);

  private RunningRoot() {}

  /** Whether files can be copied to and from there. */
  static boolean holdsFiles(FileCalls calls, int fd) throws SystemCallException {
    return OF_FILES.contains(calls.fileSystemType(fd) & 0xffff_ffffL);
  }

  /**
   * Opens it; null when the process is another by now, has ended, has another root, or may not be
   * looked at.
   *
   * @param mounted the same root where the engine has it
   */
  static @Nullable Directory open(FileCalls calls, Container.Run run, Directory mounted)
      throws SystemCallException {
    Path path = Path.of("/proc", Integer.toString(run.pid()));
    // Stands for the very process, whoever has its number afterwards.
    try (Directory process = Directory.open(calls, path)) {
      if (!isSame(calls, process, run)) {
        return null;
      }
      int handle = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
      Directory root = new Directory(calls, calls.open(process.fd(), "root", handle, 0));
      if (isSame(calls.stat(root.fd()), calls.stat(mounted.fd()))) {
        return root;
      }
      root.close();
      return null;
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case Errno.ENOENT, Errno.ESRCH, Errno.EACCES, Errno.EPERM -> null;
        default -> throw e;
      };
    }
  }

  private static boolean isSame(FileStatus one, FileStatus other) {
    return one.inode() == other.inode() && one.fileSystem() == other.fileSystem();
  }

  private static boolean isSame(FileCalls calls, Directory process, Container.Run run)
      throws SystemCallException {
    byte[] line = new byte[STAT_BYTES];
    int length;
    try (Descriptor stat = Descriptor.of(calls.open(process.fd(), "stat", FileCalls.O_RDONLY, 0))) {
      length = stat.readFully(line);
    }
    String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
    return ProcessFacts.Stat.parse(text).startTicks() == run.startTicks();
  }
}
