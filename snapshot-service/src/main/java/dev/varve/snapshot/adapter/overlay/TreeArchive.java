package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes inodes as a tar: the content of each once, further names of it as hard links, sockets not
 * at all. One thread.
 */
final class TreeArchive implements AutoCloseable {
  static final int S_IFSOCK = 0140000;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final FileCalls calls;
  private final TarWriter tar;
  private final FileContent content = new FileContent();
  private final Map<Inode, String> names = new HashMap<>();

  private record Inode(long fileSystem, long number) {}

  TreeArchive(FileCalls calls, OutputStream out) {
    this.calls = calls;
    this.tar = new TarWriter(out);
  }

  /**
   * @param path of the entry; empty for the root itself
   * @param seen what the name was when it was looked at
   */
  void add(int parent, String name, String path, FileStatus seen) throws IOException {
    try {
      TarEntry.@Nullable Type type = type(seen.type());
      if (type == TarEntry.Type.FILE) {
        addFile(parent, name, path, seen);
      } else if (type != null) {
        String written = type == TarEntry.Type.DIRECTORY ? directoryName(path) : path;
        String target = type == TarEntry.Type.SYMLINK ? calls.readlink(parent, name) : "";
        tar.add(entry(type, written, target, seen, 0, xattrs(parent, name)));
      }
    } catch (SystemCallException e) {
      // Removed, or replaced by something else, since it was looked at.
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINVAL && e.errno() != Errno.ELOOP) {
        throw e;
      }
    }
  }

  private static String directoryName(String path) {
    return path.isEmpty() ? "./" : path.endsWith("/") ? path : path + "/";
  }

  private static TarEntry.@Nullable Type type(int type) {
    return switch (type) {
      case FileCalls.S_IFREG -> TarEntry.Type.FILE;
      case FileCalls.S_IFDIR -> TarEntry.Type.DIRECTORY;
      case FileCalls.S_IFLNK -> TarEntry.Type.SYMLINK;
      case FileCalls.S_IFCHR -> TarEntry.Type.CHARACTER_DEVICE;
      case FileCalls.S_IFBLK -> TarEntry.Type.BLOCK_DEVICE;
      case FileCalls.S_IFIFO -> TarEntry.Type.FIFO;
      default -> null;
    };
  }

  private void addFile(int parent, String name, String path, FileStatus seen) throws IOException {
    if (seen.links() > 1) {
      String first = names.putIfAbsent(new Inode(seen.fileSystem(), seen.inode()), path);
      if (first != null) {
        tar.add(entry(TarEntry.Type.HARD_LINK, path, first, seen, 0, Map.of()));
        return;
      }
    }
    try (Descriptor held = HeldFile.hold(calls, parent, name)) {
      FileStatus status = calls.stat(held.number());
      if (status.isRegular()) {
        TarEntry entry =
            entry(TarEntry.Type.FILE, path, "", status, status.size(), xattrs(parent, name));
        try (Descriptor file = HeldFile.open(calls, held)) {
          tar.add(entry, content.of(file));
        }
      }
    }
  }

  private Map<String, byte[]> xattrs(int parent, String name) throws SystemCallException {
    return new TreeMap<>(XattrPolicy.read(calls, parent, name));
  }

  private static TarEntry entry(
      TarEntry.Type type,
      String path,
      String link,
      FileStatus status,
      long size,
      Map<String, byte[]> xattrs) {
    return new TarEntry(
        type,
        path,
        link,
        status.permissions(),
        status.uid(),
        status.gid(),
        size,
        status.modifiedSeconds(),
        status.modifiedNanos(),
        status.deviceMajor(),
        status.deviceMinor(),
        xattrs,
        null);
  }

  /**
   * @param directory empty for the root, else with a slash at its end
   */
  void whiteout(String directory, String name) throws IOException {
    tar.add(TarEntry.file(directory + WHITEOUT + name, 0));
  }

  void opaque(String directory) throws IOException {
    tar.add(TarEntry.file(directory + OPAQUE, 0));
  }

  /** Writes the end mark, and all that is still here, to the stream. */
  void finish() throws IOException {
    tar.finish();
  }

  @Override
  public void close() {
    content.close();
  }
}
