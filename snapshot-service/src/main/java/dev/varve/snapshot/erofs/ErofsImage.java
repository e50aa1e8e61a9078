package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An image being written: contents and inodes as they come, each found again by the number that its
 * making returned; directories and the rest by {@link #finish}. One thread.
 */
public final class ErofsImage implements AutoCloseable {
  /** Longest target of a symbolic link. */
  public static final int MAX_TARGET = 4095;

  private final ImageFile file;
  private final InodeArea inodes;
  private int inodeCount;

  /** A run of bytes of a file; what lies between is zeros. */
  public record Extent(long offset, long length) {}

  /**
   * @param path must not exist
   */
  public ErofsImage(Path path) throws IOException {
    file = new ImageFile(path);
    inodes = new InodeArea(file);
    file.skip(BLOCK);
  }

  /** A regular file with all of its bytes. */
  public int addFile(Attributes attributes, long size, Content content) throws IOException {
    Inode inode = Inode.of(FileType.REGULAR, attributes, size, 0);
    return add(inode, content);
  }

  /** A regular file with holes; the content is that of the extents, one after the other. */
  public int addSparseFile(Attributes attributes, long size, List<Extent> extents, Content content)
      throws IOException {
    Inode inode = Inode.of(FileType.REGULAR, attributes, size, 0).withoutInline();
    int slot = inodes.allocate(inode.length());
    inode.withUnion(file.block()).put(inodes.at(slot), ++inodeCount, 1);
    long at = 0;
    for (Extent extent : extents) {
      file.skip(extent.offset() - at);
      file.append(content, extent.length());
      at = extent.offset() + extent.length();
    }
    file.skip(size - at);
    file.alignToBlock();
    return slot;
  }

  public int addSymlink(Attributes attributes, String target) throws IOException {
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length > MAX_TARGET) {
      throw new IOException("file name too long: target of a symbolic link");
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    return add(
        Inode.of(FileType.SYMLINK, attributes, bytes.length, 0),
        (into, offset, length) -> {
          source.get(into, offset, length);
          return length;
        });
  }

  /** A device or pipe. */
  public int addNode(FileType type, Attributes attributes, int major, int minor)
      throws IOException {
    int device = minor & 0xff | major << 8 | (minor & ~0xff) << 12;
    return add(Inode.of(type, attributes, 0, device), (_, _, _) -> -1);
  }

  private int add(Inode inode, Content content) throws IOException {
    int slot = inodes.allocate(inode.length());
    boolean hasBlocks = inode.blocks() > 0;
    Inode placed = hasBlocks ? inode.withUnion(file.block()) : inode;
    placed.put(inodes.at(slot), ++inodeCount, 1);
    if (hasBlocks) {
      file.append(content, inode.size() - inode.tailLength());
      file.alignToBlock();
    }
    if (inode.inline()) {
      int tailAt = inodes.at(slot).position() + inode.headLength();
      ImageFile.readFully(content, inodes.array(), tailAt, inode.tailLength());
    }
    return slot;
  }

  /**
   * Writes the directories and makes all of it durable.
   *
   * @param id of the file system; the kernel tells images apart by it
   */
  public void finish(ImageTree tree, byte[] id) throws IOException {
    inodes.flush();
    DirectoryArea directories = new DirectoryArea(tree, file, inodes);
    directories.write(inodeCount);
    patchLinks(tree);
    file.patch(0, Superblock.of(directories, inodeCount, file.end(), id));
    file.finish();
  }

  private void patchLinks(ImageTree tree) throws IOException {
    ByteBuffer links = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<Integer, Integer> linked : tree.links().entrySet()) {
      links.clear().putInt(0, linked.getValue());
      long at = inodes.nid(linked.getKey()) * InodeArea.SLOT;
      file.patch(at + Inode.LINKS_AT, links);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
