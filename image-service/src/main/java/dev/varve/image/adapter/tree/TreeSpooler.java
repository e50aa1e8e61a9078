package dev.varve.image.adapter.tree;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.SparseMap;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.image.application.build.FileNode;
import dev.varve.image.application.build.FileTree;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a tar into a tree: contents to one stream, hashed as they pass; names to memory. Whatever
 * the names say, they are names in this tree. One thread, once.
 */
final class TreeSpooler {
  private static final int BUFFER = 1 << 18;

  /** Attributes by which a kernel's file systems steer themselves are nobody's to set. */
  private static final List<String> REFUSED_ATTRIBUTES =
      List.of("trusted.", "security.selinux", "system.");

  private final OutputStream spool;
  private final long mostBytes;
  private final int deepest;
  private final NameBudget.Share names;
  private final NavigableMap<String, FileNode> nodes = new TreeMap<>();
  private final byte[] buffer = new byte[BUFFER];
  private final MessageDigest hash = Digest.sha256();
  private long written;

  /**
   * @param mostBytes of all files together
   * @param deepest names that a path may have
   * @param names room for the names; let go by who has the tree
   */
  TreeSpooler(OutputStream spool, long mostBytes, int deepest, NameBudget.Share names) {
    this.names = names;
    this.spool = spool;
    this.mostBytes = mostBytes;
    this.deepest = deepest;
    nodes.put("", FileNode.directory(""));
  }

  NavigableMap<String, FileNode> read(TarReader tar) throws IOException {
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      add(tar, entry);
    }
    spool.flush();
    return nodes;
  }

  private void add(TarReader tar, TarEntry entry) throws IOException {
    String path = path(entry.name());
    if (path.isEmpty()) {
      if (entry.type() == TarEntry.Type.DIRECTORY) {
        put(node(entry, "", FileNode.Kind.DIRECTORY));
      }
      return;
    }
    addParents(path);
    replace(path, entry);
    switch (entry.type()) {
      case FILE -> addFile(tar, entry, path);
      case DIRECTORY -> put(node(entry, path, FileNode.Kind.DIRECTORY));
      case SYMLINK -> put(node(entry, path, FileNode.Kind.SYMLINK));
      case CHARACTER_DEVICE -> put(node(entry, path, FileNode.Kind.CHARACTER_DEVICE));
      case BLOCK_DEVICE -> put(node(entry, path, FileNode.Kind.BLOCK_DEVICE));
      case FIFO -> put(node(entry, path, FileNode.Kind.FIFO));
      case HARD_LINK -> {
        FileNode target = nodes.get(path(entry.linkName()));
        if (target == null || target.isDirectory()) {
          throw new ArchiveRefusedException(
              "hard link to what is not there: " + FileNode.text(entry.linkName()));
        }
        put(target.at(path));
      }
    }
  }

  private void put(FileNode node) throws ArchiveRefusedException {
    names.take(node);
    nodes.put(node.path(), node);
  }

  /** From the root, and never above it. */
  private String path(String name) throws ArchiveRefusedException {
    if (name.indexOf('\0') >= 0) {
      throw new ArchiveRefusedException("a name with a NUL");
    }
    List<String> parts = new ArrayList<>();
    for (String part : FileTree.parts(name)) {
      if (part.equals("..")) {
        throw new ArchiveRefusedException("path outside of the archive: " + FileNode.text(name));
      }
      if (part.length() > 255) {
        throw new ArchiveRefusedException("name too long: " + FileNode.text(part));
      }
      parts.add(part);
    }
    if (parts.size() > deepest) {
      throw new ArchiveRefusedException("more than " + deepest + " directories in a path");
    }
    return String.join("/", parts);
  }

  private void addParents(String path) throws ArchiveRefusedException {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return;
    }
    String parent = path.substring(0, slash);
    FileNode there = nodes.get(parent);
    if (there == null) {
      addParents(parent);
      put(FileNode.directory(parent));
    } else if (!there.isDirectory()) {
      throw new ArchiveRefusedException(FileNode.text(path) + ": below what is no directory");
    }
  }

  /** The later of two entries of one name counts. */
  private void replace(String path, TarEntry entry) {
    FileNode there = nodes.get(path);
    if (there != null && there.isDirectory() && entry.type() != TarEntry.Type.DIRECTORY) {
      nodes.subMap(path + "/", true, path + "0", false).clear();
    }
  }

  private void addFile(TarReader tar, TarEntry entry, String path) throws IOException {
    long offset = written;
    SparseMap sparse = entry.sparse();
    if (sparse == null) {
      copy(tar, entry.size());
    } else {
      spread(tar, sparse);
    }
    FileNode node = node(entry, path, FileNode.Kind.FILE);
    put(node.withContent(written - offset, Digest.of(hash), offset));
  }

  private void copy(TarReader tar, long size) throws IOException {
    account(size);
    for (long left = size; left > 0; ) {
      int count = tar.read(buffer, 0, (int) Math.min(left, BUFFER));
      if (count < 0) {
        throw new ArchiveRefusedException("unexpected EOF");
      }
      put(count);
      left -= count;
    }
  }

  private void spread(TarReader tar, SparseMap sparse) throws IOException {
    account(sparse.realSize());
    long at = 0;
    for (SparseMap.Extent extent : sparse.extents()) {
      zeros(extent.offset() - at);
      for (long left = extent.length(); left > 0; ) {
        int count = tar.read(buffer, 0, (int) Math.min(left, BUFFER));
        if (count < 0) {
          throw new ArchiveRefusedException("unexpected EOF");
        }
        put(count);
        left -= count;
      }
      at = extent.offset() + extent.length();
    }
    zeros(sparse.realSize() - at);
  }

  private void zeros(long count) throws IOException {
    Arrays.fill(buffer, (byte) 0);
    for (long left = count; left > 0; ) {
      int part = (int) Math.min(left, BUFFER);
      put(part);
      left -= part;
    }
  }

  private void account(long size) throws ArchiveRefusedException {
    if (size > mostBytes - written) {
      throw new ArchiveRefusedException("more than " + mostBytes + " bytes of files");
    }
  }

  private void put(int count) throws IOException {
    spool.write(buffer, 0, count);
    hash.update(buffer, 0, count);
    written += count;
  }

  private static FileNode node(TarEntry entry, String path, FileNode.Kind kind) {
    return new FileNode(
        path,
        kind,
        entry.mode() & 07777,
        entry.uid(),
        entry.gid(),
        0,
        entry.modifiedSeconds(),
        entry.modifiedNanos(),
        entry.deviceMajor(),
        entry.deviceMinor(),
        kind == FileNode.Kind.SYMLINK ? entry.linkName() : "",
        attributes(entry.xattrs()),
        Optional.empty(),
        0);
  }

  private static Map<String, byte[]> attributes(Map<String, byte[]> xattrs) {
    if (xattrs.isEmpty()) {
      return xattrs;
    }
    Map<String, byte[]> kept = new TreeMap<>(xattrs);
    kept.keySet()
        .removeIf(name ->
            REFUSED_ATTRIBUTES.stream().anyMatch(name::startsWith)
                || name.startsWith("user.overlay."));
    return kept;
  }
}
