package dev.varve.container.adapter.oci;

import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.eventlog.Problem;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Looks into a container's root file system from outside. Every path is resolved by the kernel with
 * that root as its limit, because the image decides what is a link there.
 */
final class RootFiles {
  /** Larger user lists are refused: an image may hold anything. */
  private static final int MAX_BYTES = 8 << 20;

  private static final Pattern DESCRIPTORS =
      Pattern.compile("/proc/([^/]+|self/task/[^/]+)/(fd|cwd|root)(/.*)?");

  private final FileCalls files;

  RootFiles(FileCalls files) {
    this.files = files;
  }

  /**
   * The text of a small regular file, empty when it is not there.
   *
   * @throws RuntimeRefusedException when it is anything but a regular file of reasonable size
   */
  String read(Path root, String path) throws IOException {
    try (Directory directory = Directory.open(files, root);
        // Non-blocking: the name may be a FIFO that nobody writes to.
        Descriptor file =
            Descriptor.of(
                files.openIn(
                    directory.fd(),
                    path,
                    FileCalls.O_RDONLY | FileCalls.O_NONBLOCK,
                    FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS))) {
      var status = files.stat(file.number());
      if (!status.isRegular() || status.size() > MAX_BYTES) {
        throw new RuntimeRefusedException(
            128, "refusing to read /" + path + " of the image: not a small regular file");
      }
      byte[] bytes = new byte[(int) status.size()];
      int count = file.readFully(bytes);
      return new String(bytes, 0, count, StandardCharsets.UTF_8);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        return "";
      }
      throw e;
    }
  }

  /**
   * Adds what every root file system of Docker's has and programs look for: the mark that this is a
   * container, and the list of mounts. What the image has itself stays.
   */
  void addKnownFiles(Path root) throws IOException {
    try (Directory directory = Directory.open(files, root)) {
      unlessThere(() -> files.mknod(directory.fd(), ".dockerenv", FileCalls.S_IFREG | 0755, 0, 0));
      unlessThere(() -> files.mkdir(directory.fd(), "etc", 0755));
      try (Directory etc = directory.resolve("etc")) {
        unlessThere(() -> files.symlink("/proc/mounts", etc.fd(), "mtab"));
      } catch (SystemCallException e) {
        // The image's /etc is no directory; the runtime will say so.
        if (e.errno() != Errno.ENOTDIR && e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
    }
  }

  private interface Creation {
    void run() throws SystemCallException;
  }

  private static void unlessThere(Creation creation) throws SystemCallException {
    try {
      creation.run();
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** Makes the working directory and its parents where they are missing, as Docker does. */
  void makeWorkingDirectory(Path root, String path) throws IOException {
    try (Directory directory = Directory.open(files, root)) {
      String reached = "";
      for (String name : path.split("/")) {
        if (name.isEmpty()) {
          continue;
        }
        String parent = reached;
        reached = parent + "/" + name;
        makeOne(directory, parent.isEmpty() ? "/" : parent, name, reached);
      }
      checkNotProc(directory, root, path);
    }
  }

  private void makeOne(Directory root, String parent, String name, String path) throws IOException {
    try (Directory there = root.resolve(ByteNames.ofText(path))) {
      return;
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOTDIR) {
        throw new RuntimeRefusedException(128, "Cannot mkdir: " + path + " is not a directory");
      }
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    try (Directory above = root.resolve(ByteNames.ofText(parent))) {
      files.mkdir(above.fd(), ByteNames.ofText(name), 0755);
    } catch (SystemCallException e) {
      // EEXIST: a link to nowhere; the runtime will say that it is not a directory.
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  /** The runtime would resolve a link into /proc with the container's /proc mounted. */
  private void checkNotProc(Directory root, Path rootPath, String path) throws IOException {
    try (Directory there = root.resolve(ByteNames.ofText(path))) {
      Path real = Files.readSymbolicLink(Path.of("/proc/self/fd/" + there.fd()));
      Path top = rootPath.toRealPath();
      if (real.startsWith(top.resolve("proc")) && !real.equals(top.resolve("proc"))) {
        throw refusedDirectory(path);
      }
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
        throw e;
      }
    }
  }

  /**
   * Refuses working directories that name a descriptor of whoever resolves them.
   *
   * @return normalised, absolute
   */
  static String workingDirectory(String given) {
    Path path = Path.of(given.isEmpty() ? "/" : given).normalize();
    if (!path.isAbsolute()) {
      throw new Problem(
              Problem.Code.INVALID,
              "the working directory '" + given + "' is invalid, it needs to be an absolute path")
          .asException();
    }
    if (DESCRIPTORS.matcher(path.toString()).matches()) {
      throw refusedDirectory(given);
    }
    return path.toString();
  }

  private static RuntimeException refusedDirectory(String path) {
    return new Problem(
            Problem.Code.INVALID, "the working directory '" + path + "' is invalid: inside /proc")
        .asException();
  }
}
