package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The first block: what the file system is, and the root directory's inode. */
final class Superblock {
  private static final int AT = 1024;
  private static final int MAGIC = 0xe0f5e1e2;
  private static final int CHECKSUM_AT = AT + 4;
  private static final int WITH_CHECKSUM = 1;
  private static final int TIMES_ARE_MODIFICATION = 2;
  private static final int BLOCK_BITS = 12;

  private Superblock() {}

  static ByteBuffer of(DirectoryArea directories, long inodes, long size, byte[] id) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    block.position(AT);
    block.putInt(MAGIC).putInt(0).putInt(WITH_CHECKSUM | TIMES_ARE_MODIFICATION);
    block.put((byte) BLOCK_BITS).put((byte) 0);
    block.putShort((short) (DirectoryArea.ROOT_AT / InodeArea.SLOT));
    block.putLong(inodes + directories.count());
    block.putLong(0).putInt(0); // time of inodes without one of their own: there are none
    block.putInt((int) ((size + BLOCK - 1) / BLOCK));
    block.putInt(0).putInt(0); // inodes are numbered from the image's start; no shared attributes
    block.put(id, 0, 16);
    block.put(DirectoryArea.ROOT_AT, directories.root());
    CRC32C checksum = new CRC32C();
    checksum.update(block.array(), AT, BLOCK - AT);
    // The kernel keeps the register as it is, without the last inversion.
    block.putInt(CHECKSUM_AT, (int) ~checksum.getValue());
    return block.clear();
  }
}
