package dev.varve.snapshot.erofs;

import java.util.Map;

/**
 * What an inode says of itself beside its type and content.
 *
 * @param mode permission bits
 * @param uid unsigned
 * @param gid unsigned
 * @param modifiedSeconds since 1970
 * @param xattrs by byte-string name with its namespace, {@code user.a}
 */
public record Attributes(
    int mode,
    int uid,
    int gid,
    long modifiedSeconds,
    int modifiedNanos,
    Map<String, byte[]> xattrs) {
  public Attributes {
    xattrs = Map.copyOf(xattrs);
  }
}
