package dev.varve.gateway.docker;

/** Type and permissions of a file in words, and in those of Go. */
public final class FileMode {
  private static final int TYPE = 0170000;

  private FileMode() {}

  /** For programs. */
  public static String type(int mode) {
    return switch (mode & TYPE) {
      case 0100000 -> "file";
      case 0040000 -> "directory";
      case 0120000 -> "symlink";
      case 0010000 -> "fifo";
      case 0140000 -> "socket";
      case 0020000 -> "character-device";
      case 0060000 -> "block-device";
      default -> "unknown";
    };
  }

  public static boolean isDevice(int mode) {
    return (mode & TYPE) == 0020000 || (mode & TYPE) == 0060000;
  }

  /** As Go's {@code FileMode} has it, which is what goes over Docker's wire. */
  public static long ofGo(int mode) {
    long type =
        switch (mode & TYPE) {
          case 0040000 -> 1L << 31;
          case 0120000 -> 1L << 27;
          case 0060000 -> 1L << 26;
          case 0010000 -> 1L << 25;
          case 0140000 -> 1L << 24;
          case 0020000 -> 1L << 26 | 1L << 21;
          default -> 0;
        };
    long special =
        ((mode & 04000) != 0 ? 1L << 23 : 0)
            | ((mode & 02000) != 0 ? 1L << 22 : 0)
            | ((mode & 01000) != 0 ? 1L << 20 : 0);
    return type | special | (mode & 0777);
  }

  /** Ten characters, as {@code ls -l} has them. */
  public static String permissions(int mode) {
    char type =
        switch (mode & TYPE) {
          case 0040000 -> 'd';
          case 0120000 -> 'l';
          case 0010000 -> 'p';
          case 0140000 -> 's';
          case 0020000 -> 'c';
          case 0060000 -> 'b';
          default -> '-';
        };
    return type
        + bits(mode >> 6, (mode & 04000) != 0, 's')
        + bits(mode >> 3, (mode & 02000) != 0, 's')
        + bits(mode, (mode & 01000) != 0, 't');
  }

  private static String bits(int mode, boolean special, char letter) {
    boolean execute = (mode & 1) != 0;
    char last = execute ? 'x' : '-';
    if (special) {
      last = execute ? letter : Character.toUpperCase(letter);
    }
    return "" + ((mode & 4) != 0 ? 'r' : '-') + ((mode & 2) != 0 ? 'w' : '-') + last;
  }
}
