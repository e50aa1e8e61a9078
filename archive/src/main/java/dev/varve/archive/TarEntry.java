package dev.varve.archive;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry, as its headers say; nothing is judged yet.
 *
 * @param name byte string, as written: may be absolute or hold {@code ..}
 * @param linkName byte string; of links only
 * @param mode permission bits
 * @param size bytes of content in the archive
 * @param modifiedSeconds since 1970; may be negative
 * @param xattrs by byte-string name
 * @param sparse set when the content has holes: what {@code size} bytes are spread to
 */
public record TarEntry(
    Type type,
    String name,
    String linkName,
    int mode,
    int uid,
    int gid,
    long size,
    long modifiedSeconds,
    int modifiedNanos,
    int deviceMajor,
    int deviceMinor,
    Map<String, byte[]> xattrs,
    @Nullable SparseMap sparse) {

  /** The kinds of entry that make something. */
  public enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
  }

  /** A plain file of root's with mode 0644 and no time. */
  public static TarEntry file(String name, long size) {
    return new TarEntry(Type.FILE, name, "", 0644, 0, 0, size, 0, 0, 0, 0, Map.of(), null);
  }

  /** A directory of root's with mode 0755 and no time. */
  public static TarEntry directory(String name) {
    return new TarEntry(Type.DIRECTORY, name, "", 0755, 0, 0, 0, 0, 0, 0, 0, Map.of(), null);
  }
}
