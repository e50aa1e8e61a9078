package dev.varve.linux.files;

import dev.varve.linux.SystemCallException;
import java.nio.file.Path;

/** An open directory descriptor that closes itself; owned by one thread. */
public record Directory(FileCalls calls, int fd) implements AutoCloseable {
  private static final int HANDLE = FileCalls.O_PATH | FileCalls.O_DIRECTORY;

  /** Opens a path of the engine's own, following links: never one that a container can change. */
  public static Directory open(FileCalls calls, Path trusted) throws SystemCallException {
    String name = ByteNames.ofText(trusted.toString());
    return new Directory(calls, calls.open(FileCalls.AT_FDCWD, name, HANDLE, 0));
  }

  /** Opens a child that must be a real directory on the same file system, for listing. */
  public Directory child(String name) throws SystemCallException {
    return new Directory(
        calls,
        calls.openIn(
            fd,
            name,
            FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW,
            FileCalls.RESOLVE_BENEATH
                | FileCalls.RESOLVE_NO_SYMLINKS
                | FileCalls.RESOLVE_NO_MAGICLINKS
                | FileCalls.RESOLVE_NO_XDEV));
  }

  /** Resolves a path as a process with its root here would; links cannot lead out. */
  public Directory resolve(String path) throws SystemCallException {
    return new Directory(
        calls,
        calls.openIn(
            fd, path, HANDLE, FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS));
  }

  @Override
  public void close() {
    calls.close(fd);
  }
}
