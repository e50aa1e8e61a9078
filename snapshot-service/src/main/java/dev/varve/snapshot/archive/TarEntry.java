package dev.varve.snapshot.archive;

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
}
