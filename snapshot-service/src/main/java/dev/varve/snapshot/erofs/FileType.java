package dev.varve.snapshot.erofs;

/** Kinds of inode, with their numbers in directories and in modes. */
public enum FileType {
  REGULAR(1, 0100000),
  DIRECTORY(2, 0040000),
  CHARACTER_DEVICE(3, 0020000),
  BLOCK_DEVICE(4, 0060000),
  FIFO(5, 0010000),
  SYMLINK(7, 0120000);

  final int number;
  final int modeBits;

  FileType(int number, int modeBits) {
    this.number = number;
    this.modeBits = modeBits;
  }

  static FileType of(int number) {
    return switch (number) {
      case 1 -> REGULAR;
      case 2 -> DIRECTORY;
      case 3 -> CHARACTER_DEVICE;
      case 4 -> BLOCK_DEVICE;
      case 5 -> FIFO;
      case 7 -> SYMLINK;
      default -> throw new IllegalArgumentException("file type " + number);
    };
  }
}
