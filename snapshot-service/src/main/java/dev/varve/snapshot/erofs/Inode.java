package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One inode as it is written, in the extended form, which has times and large owners.
 *
 * @param size of the content
 * @param union first block of the content, or the device's number
 * @param inline the last {@code size % BLOCK} bytes stand behind the inode and its attributes
 */
record Inode(
    FileType type, Attributes attributes, byte[] xattrs, long size, int union, boolean inline) {
  static final int SIZE = 64;
  static final int LINKS_AT = 44;
  private static final int EXTENDED = 1;
  private static final int FLAT_INLINE = 2 << 1;

  static Inode of(FileType type, Attributes attributes, long size, int union) throws IOException {
    byte[] xattrs = XattrBody.of(attributes.xattrs());
    int tail = (int) (size % BLOCK);
    boolean inline = tail > 0 && SIZE + xattrs.length + tail <= BLOCK;
    return new Inode(type, attributes, xattrs, size, union, inline);
  }

  Inode withUnion(int value) {
    return new Inode(type, attributes, xattrs, size, value, inline);
  }

  Inode withoutInline() {
    return new Inode(type, attributes, xattrs, size, union, false);
  }

  int headLength() {
    return SIZE + xattrs.length;
  }

  int tailLength() {
    return inline ? (int) (size % BLOCK) : 0;
  }

  int length() {
    return headLength() + tailLength();
  }

  /** Of content outside the inode; the last block may be incomplete. */
  long blocks() {
    return inline ? size / BLOCK : (size + BLOCK - 1) / BLOCK;
  }

  /** Writes all but the tail. */
  void put(ByteBuffer out, int number, int links) {
    out.putShort((short) (inline ? EXTENDED | FLAT_INLINE : EXTENDED));
    out.putShort((short) XattrBody.count(xattrs.length));
    out.putShort((short) (type.modeBits | attributes.mode()));
    out.putShort((short) 0);
    out.putLong(size);
    out.putInt(union);
    out.putInt(number);
    out.putInt(attributes.uid());
    out.putInt(attributes.gid());
    out.putLong(attributes.modifiedSeconds());
    out.putInt(attributes.modifiedNanos());
    out.putInt(links);
    out.putLong(0);
    out.putLong(0);
    out.put(xattrs);
  }
}
