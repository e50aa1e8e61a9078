package dev.varve.gateway.buildkit;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.session.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a client says of one of its files, checked. Names are byte strings, a char for a byte. */
record SyncedFile(String path, Stat stat) {
  private static final int MAX_PATH = 4096;

  /** Of Go's os.FileMode. */
  private static final int DIRECTORY = 1 << 31;

  private static final int SYMLINK = 1 << 27;
  private static final int DEVICE = 1 << 26;
  private static final int FIFO = 1 << 25;
  private static final int SOCKET = 1 << 24;
  private static final int SETUID = 1 << 23;
  private static final int SETGID = 1 << 22;
  private static final int CHARACTER_DEVICE = 1 << 21;
  private static final int STICKY = 1 << 20;
  private static final int IRREGULAR = 1 << 19;
  private static final int TYPE =
      DIRECTORY | SYMLINK | DEVICE | FIFO | SOCKET | CHARACTER_DEVICE | IRREGULAR;

  enum Kind {
    FILE,
    HARD_LINK,
    SYMLINK,
    DIRECTORY,
    FIFO,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    /** A socket, or what only the client's system knows: it is nothing that can be copied. */
    OTHER
  }

  /**
   * @throws IOException when it is no path within a directory, or a size that is none
   */
  static SyncedFile of(Stat stat) throws IOException {
    String path = text(stat.getPath());
    if (path.isEmpty() || path.length() > MAX_PATH || path.indexOf('\0') >= 0) {
      throw new IOException("a synced file has no proper name");
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IOException("a synced file's name leads out of its directory: " + shown(path));
      }
    }
    if (stat.getSize() < 0 || stat.getLinkName().size() > MAX_PATH) {
      throw new IOException("a synced file is not what it can be: " + shown(path));
    }
    return new SyncedFile(path, stat);
  }

  static String text(ByteString bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** A byte string for people. */
  static String shown(String byteString) {
    return new String(byteString.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  Kind kind() {
    int type = stat.getMode() & TYPE;
    return switch (type) {
      case 0 -> stat.getLinkName().isEmpty() ? Kind.FILE : Kind.HARD_LINK;
      case DIRECTORY -> Kind.DIRECTORY;
      case SYMLINK -> Kind.SYMLINK;
      case FIFO -> Kind.FIFO;
      case DEVICE -> Kind.BLOCK_DEVICE;
      case DEVICE | CHARACTER_DEVICE -> Kind.CHARACTER_DEVICE;
      default -> Kind.OTHER;
    };
  }

  /** The kernel's permission bits. */
  int permissions() {
    int mode = stat.getMode();
    return (mode & 0777)
        | ((mode & SETUID) != 0 ? 04000 : 0)
        | ((mode & SETGID) != 0 ? 02000 : 0)
        | ((mode & STICKY) != 0 ? 01000 : 0);
  }

  String linkName() {
    return text(stat.getLinkName());
  }

  /** Bytes of content. */
  long size() {
    return kind() == Kind.FILE ? stat.getSize() : 0;
  }
}
