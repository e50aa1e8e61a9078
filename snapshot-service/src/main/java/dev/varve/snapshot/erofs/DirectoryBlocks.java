package dev.varve.snapshot.erofs;

import static dev.varve.snapshot.erofs.ImageFile.BLOCK;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * A directory's content: in each block a row of entries, then their names, sorted over all blocks,
 * with "." and ".." among the others.
 */
final class DirectoryBlocks {
  private static final int ENTRY = 12;
  private static final byte[] DOT = {'.'};
  private static final byte[] DOT_DOT = {'.', '.'};
  private static final int SELF = -2;
  private static final int PARENT = -3;

  private final ImageTree tree;
  private final int directory;
  private final int[] names;

  /** Index of the first name of each block, and of the end. */
  private final int[] starts;

  private final int lastBytes;

  DirectoryBlocks(ImageTree tree, int directory) {
    this.tree = tree;
    this.directory = directory;
    this.names = withDots(tree.children(directory));
    int[] found = new int[8];
    int blocks = 0;
    int used = BLOCK;
    for (int i = 0; i < names.length; i++) {
      int length = ENTRY + length(names[i]);
      if (used + length > BLOCK) {
        if (blocks + 2 > found.length) {
          found = Arrays.copyOf(found, found.length * 2);
        }
        found[blocks++] = i;
        used = 0;
      }
      used += length;
    }
    found[blocks] = names.length;
    this.starts = Arrays.copyOf(found, blocks + 1);
    this.lastBytes = used;
  }

  int blocks() {
    return starts.length - 1;
  }

  long size() {
    return (blocks() - 1L) * BLOCK + lastBytes;
  }

  int links() {
    int links = 2;
    for (int name : names) {
      links += name >= 0 && tree.type(name) == FileType.DIRECTORY ? 1 : 0;
    }
    return links;
  }

  /** The given block, as long as it is, without padding. */
  byte[] block(int number, IntToLongFunction nidOfDirectory, IntToLongFunction nidOfInode) {
    int from = starts[number];
    int to = starts[number + 1];
    ByteBuffer out = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    int nameAt = (to - from) * ENTRY;
    for (int i = from; i < to; i++) {
      int name = names[i];
      byte[] bytes = bytes(name);
      out.putLong(nid(name, nidOfDirectory, nidOfInode));
      out.putShort((short) nameAt);
      out.put((byte) (name < 0 ? FileType.DIRECTORY : tree.type(name)).number);
      out.put((byte) 0);
      out.put(nameAt, bytes);
      nameAt += bytes.length;
    }
    return Arrays.copyOf(out.array(), nameAt);
  }

  private long nid(int name, IntToLongFunction ofDirectory, IntToLongFunction ofInode) {
    if (name == SELF) {
      return ofDirectory.applyAsLong(directory);
    }
    if (name == PARENT) {
      return ofDirectory.applyAsLong(tree.parent(directory));
    }
    return tree.type(name) == FileType.DIRECTORY
        ? ofDirectory.applyAsLong(tree.directory(name))
        : ofInode.applyAsLong(tree.inode(name));
  }

  private int[] withDots(int[] children) {
    int at = 0;
    while (at < children.length && isBelow(children[at], DOT)) {
      at++;
    }
    int second = at;
    while (second < children.length && isBelow(children[second], DOT_DOT)) {
      second++;
    }
    int[] all = new int[children.length + 2];
    System.arraycopy(children, 0, all, 0, at);
    all[at] = SELF;
    System.arraycopy(children, at, all, at + 1, second - at);
    all[second + 1] = PARENT;
    System.arraycopy(children, second, all, second + 2, children.length - second);
    return all;
  }

  private boolean isBelow(int name, byte[] bound) {
    return Arrays.compareUnsigned(tree.nameBytes(name), bound) < 0;
  }

  private int length(int name) {
    return name == SELF ? 1 : name == PARENT ? 2 : tree.nameLength(name);
  }

  private byte[] bytes(int name) {
    return name == SELF ? DOT : name == PARENT ? DOT_DOT : tree.nameBytes(name);
  }
}
