package dev.varve.snapshot.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An inode's extended attributes as they stand behind it. */
final class XattrBody {
  static final byte[] NONE = {};
  private static final int HEADER = 12;
  private static final int ENTRY = 4;
  private static final int MAX_NAME = 255;

  /** Of all attributes of one inode together: more than other file systems take. */
  private static final int MAX_BYTES = 64 << 10;

  private record Entry(int index, byte[] name, byte[] value) {
    int size() {
      return (ENTRY + name.length + value.length + 3) & ~3;
    }
  }

  private XattrBody() {}

  /**
   * Names in a namespace that EROFS does not know are left out.
   *
   * @throws IOException when it is more than an inode may carry
   */
  static byte[] of(Map<String, byte[]> xattrs) throws IOException {
    if (xattrs.isEmpty()) {
      return NONE;
    }
    List<Entry> entries = new ArrayList<>();
    int size = HEADER;
    for (String name : xattrs.keySet().stream().sorted().toList()) {
      Entry entry = entry(name, xattrs.getOrDefault(name, NONE));
      if (entry != null) {
        entries.add(entry);
        size += entry.size();
        if (size > MAX_BYTES || entry.name.length > MAX_NAME) {
          throw new IOException("no space left on device: extended attributes too large");
        }
      }
    }
    if (entries.isEmpty()) {
      return NONE;
    }
    ByteBuffer body = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    body.position(HEADER);
    for (Entry entry : entries) {
      int end = body.position() + entry.size();
      body.put((byte) entry.name.length).put((byte) entry.index);
      body.putShort((short) entry.value.length).put(entry.name).put(entry.value);
      body.position(end);
    }
    return body.array();
  }

  /** The on-disk count of a body of this length. */
  static int count(int length) {
    return length == 0 ? 0 : (length - HEADER) / 4 + 1;
  }

  private static @Nullable Entry entry(String name, byte[] value) {
    return switch (name) {
      case "system.posix_acl_access" -> new Entry(2, NONE, value);
      case "system.posix_acl_default" -> new Entry(3, NONE, value);
      default -> {
        int point = name.indexOf('.') + 1;
        int index =
            switch (name.substring(0, point)) {
              case "user." -> 1;
              case "trusted." -> 4;
              case "security." -> 6;
              default -> 0;
            };
        byte[] rest = name.substring(point).getBytes(StandardCharsets.ISO_8859_1);
        yield index == 0 || rest.length == 0 ? null : new Entry(index, rest, value);
      }
    };
  }
}
