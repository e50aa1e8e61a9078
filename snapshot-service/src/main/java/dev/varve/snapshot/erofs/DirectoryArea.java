package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * All directories, at the image's end: first it is reckoned where each will be, since each names
 * others, then they are written. The root's inode stands behind the superblock, because its number
 * has 16 bits only.
 */
final class DirectoryArea {
  static final int ROOT_AT = 1152;

  private final ImageTree tree;
  private final ImageFile file;
  private final InodeArea inodes;
  private byte[] root = {};
  private int written;

  DirectoryArea(ImageTree tree, ImageFile file, InodeArea inodes) {
    this.tree = tree;
    this.file = file;
    this.inodes = inodes;
  }

  /** The root's inode, for {@link #ROOT_AT}. */
  byte[] root() {
    return root;
  }

  int count() {
    return written;
  }

  /**
   * @param number of inodes so far
   */
  void write(int number) throws IOException {
    long begin = file.end();
    long blocksAt = place(begin);
    for (int i = 0; i < tree.directories().rows(); i++) {
      if (tree.isLive(i)) {
        writeInode(i, number + ++written);
      }
    }
    file.skip(blocksAt - file.end());
    for (int i = 0; i < tree.directories().rows(); i++) {
      if (tree.isLive(i)) {
        writeBlocks(i);
      }
    }
  }

  /** Returns where the blocks outside of inodes begin. */
  private long place(long begin) throws IOException {
    long inodeAt = begin;
    for (int i = 0; i < tree.directories().rows(); i++) {
      if (tree.isLive(i)) {
        Inode inode = inode(i, new DirectoryBlocks(tree, i));
        if (i != ImageTree.ROOT) {
          inodeAt = fit(inodeAt, inode.length());
        }
        tree.directories()
            .setLong(i, ImageTree.NID, (i == ImageTree.ROOT ? ROOT_AT : inodeAt) / InodeArea.SLOT);
        inodeAt = i == ImageTree.ROOT ? inodeAt : end(inodeAt, inode.length());
      }
    }
    long blocksAt = (inodeAt + BLOCK - 1) / BLOCK * BLOCK;
    long block = blocksAt / BLOCK;
    for (int i = 0; i < tree.directories().rows(); i++) {
      if (tree.isLive(i)) {
        tree.directories().set(i, ImageTree.FIRST_BLOCK, (int) block);
        block += inode(i, new DirectoryBlocks(tree, i)).blocks();
      }
    }
    return blocksAt;
  }

  private static long fit(long at, int length) {
    long left = -at & (BLOCK - 1);
    return length > left ? at + left : at;
  }

  private static long end(long at, int length) {
    return (at + length + InodeArea.SLOT - 1) & -InodeArea.SLOT;
  }

  private Inode inode(int directory, DirectoryBlocks blocks) throws IOException {
    Inode inode =
        Inode.of(
            FileType.DIRECTORY,
            tree.attributes(directory),
            blocks.size(),
            tree.directories().get(directory, ImageTree.FIRST_BLOCK));
    if (directory == ImageTree.ROOT) {
      if (inode.headLength() > BLOCK - ROOT_AT) {
        throw new IOException("no space left on device: attributes of the root directory");
      }
      return inode.length() > BLOCK - ROOT_AT ? inode.withoutInline() : inode;
    }
    return inode;
  }

  private void writeInode(int directory, int number) throws IOException {
    DirectoryBlocks blocks = new DirectoryBlocks(tree, directory);
    Inode inode = inode(directory, blocks);
    ByteBuffer out = ByteBuffer.allocate(inode.length()).order(ByteOrder.LITTLE_ENDIAN);
    inode.put(out, number, blocks.links());
    if (inode.inline()) {
      out.put(block(blocks, blocks.blocks() - 1));
    }
    if (directory == ImageTree.ROOT) {
      root = out.array();
      return;
    }
    file.skip(nid(directory) * InodeArea.SLOT - file.end());
    file.append(out.array(), 0, inode.length());
  }

  private void writeBlocks(int directory) throws IOException {
    DirectoryBlocks blocks = new DirectoryBlocks(tree, directory);
    long outside = inode(directory, blocks).blocks();
    for (int i = 0; i < outside; i++) {
      byte[] block = block(blocks, i);
      file.append(block, 0, block.length);
      file.alignToBlock();
    }
  }

  private byte[] block(DirectoryBlocks blocks, int number) {
    return blocks.block(number, this::nid, inodes::nid);
  }

  private long nid(int directory) {
    return tree.directories().getLong(directory, ImageTree.NID);
  }
}
