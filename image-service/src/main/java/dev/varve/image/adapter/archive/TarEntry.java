package dev.varve.image.adapter.archive;

/**
 * One entry's header, as far as we judge it. Names are the raw bytes as Latin-1, so that their
 * length is in bytes and nothing is lost.
 *
 * @param size bytes of content that follow in the stream
 */
record TarEntry(String name, String linkName, Kind kind, long size) {

  /** What the type flag says. */
  enum Kind {
    FILE,
    HARD_LINK,
    SYMBOLIC_LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO,
    /** A type we do not know; readers skip it or take it for a file. */
    OTHER;

    static Kind of(int flag) {
      return switch (flag) {
        case 0, '0', '7', 'S' -> FILE;
        case '1' -> HARD_LINK;
        case '2' -> SYMBOLIC_LINK;
        case '3' -> CHARACTER_DEVICE;
        case '4' -> BLOCK_DEVICE;
        case '5' -> DIRECTORY;
        case '6' -> FIFO;
        default -> OTHER;
      };
    }

    /** Such an entry has no content, whatever its size field says. */
    boolean isHeaderOnly() {
      return this != FILE && this != OTHER;
    }
  }
}
