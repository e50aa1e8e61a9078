package dev.varve.image.application.build;

import dev.varve.image.domain.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A name in a tree of files, and what it names.
 *
 * @param path from the tree's root without a slash at either end; a byte string, as file systems
 *     have it: one character a byte; empty for the root
 * @param mode permission bits
 * @param size bytes of a regular file
 * @param modifiedNanos beside the seconds since 1970
 * @param link target of a symbolic link, a byte string
 * @param xattrs by byte-string name
 * @param content digest of a regular file's bytes
 * @param offset where the tree keeps those bytes
 */
public record FileNode(
    String path,
    Kind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long modifiedSeconds,
    int modifiedNanos,
    int deviceMajor,
    int deviceMinor,
    String link,
    Map<String, byte[]> xattrs,
    Optional<Digest> content,
    long offset) {

  /** What a name can be. */
  public enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /** A directory of root's that nobody described. */
  public static FileNode directory(String path) {
    return new FileNode(
        path, Kind.DIRECTORY, 0755, 0, 0, 0, 0, 0, 0, 0, "", Map.of(), Optional.empty(), 0);
  }

  /** A file of root's that nobody described. */
  public static FileNode file(String path, long size) {
    return new FileNode(
        path, Kind.FILE, 0644, 0, 0, size, 0, 0, 0, 0, "", Map.of(), Optional.empty(), 0);
  }

  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  public boolean isRegular() {
    return kind == Kind.FILE;
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path as text. */
  public String shown() {
    return text(path);
  }

  /** A byte string's text. */
  public static String text(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Text as a byte string. */
  public static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  public FileNode at(String otherPath) {
    return new FileNode(
        otherPath,
        kind,
        mode,
        uid,
        gid,
        size,
        modifiedSeconds,
        modifiedNanos,
        deviceMajor,
        deviceMinor,
        link,
        xattrs,
        content,
        offset);
  }

  /** Of a regular file. */
  public FileNode withContent(long bytes, Digest digest, long at) {
    return new FileNode(
        path,
        kind,
        mode,
        uid,
        gid,
        bytes,
        modifiedSeconds,
        modifiedNanos,
        deviceMajor,
        deviceMinor,
        link,
        xattrs,
        Optional.of(digest),
        at);
  }

  public FileNode ownedBy(int newUid, int newGid) {
    return new FileNode(
        path,
        kind,
        mode,
        newUid,
        newGid,
        size,
        modifiedSeconds,
        modifiedNanos,
        deviceMajor,
        deviceMinor,
        link,
        xattrs,
        content,
        offset);
  }

  public FileNode withMode(int newMode) {
    return new FileNode(
        path,
        kind,
        newMode,
        uid,
        gid,
        size,
        modifiedSeconds,
        modifiedNanos,
        deviceMajor,
        deviceMinor,
        link,
        xattrs,
        content,
        offset);
  }

  public FileNode modifiedAt(long seconds, int nanos) {
    return new FileNode(
        path,
        kind,
        mode,
        uid,
        gid,
        size,
        seconds,
        nanos,
        deviceMajor,
        deviceMinor,
        link,
        xattrs,
        content,
        offset);
  }
}
