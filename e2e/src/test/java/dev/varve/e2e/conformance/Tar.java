package dev.varve.e2e.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes ustar archives entry by entry, the honest and the hostile ones: names are taken as given.
 */
public final class Tar {
  private static final int BLOCK = 512;
  private static final String LONG_AGO = "1577836800";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public Tar directory(String name, int mode) {
    return entry(name, '5', mode, "", new byte[0]);
  }

  public Tar file(String name, int mode, byte[] content) {
    return entry(name, '0', mode, "", content);
  }

  public Tar file(String name, String content) {
    return file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  public Tar symlink(String name, String target) {
    return entry(name, '2', 0777, target, new byte[0]);
  }

  public Tar hardlink(String name, String target) {
    return entry(name, '1', 0644, target, new byte[0]);
  }

  public Tar fifo(String name) {
    return entry(name, '6', 0644, "", new byte[0]);
  }

  public Tar blockDevice(String name, int major, int minor) {
    return entry(name, '4', 0666, "", new byte[0], 0, "%07o".formatted(major), minor);
  }

  /** A file of root and this group. */
  public Tar fileOfGroup(String name, int mode, int group, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return entry(name, '0', mode, "", bytes, group, "", 0);
  }

  public byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(new byte[2 * BLOCK]);
    return whole.toByteArray();
  }

  private Tar entry(String name, char type, int mode, String link, byte[] content) {
    return entry(name, type, mode, link, content, 0, "", 0);
  }

  private Tar entry(
      String name,
      char type,
      int mode,
      String link,
      byte[] content,
      int group,
      String major,
      int minor) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "%07o".formatted(mode));
    put(header, 108, "%07o".formatted(0));
    put(header, 116, "%07o".formatted(group));
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "%011o".formatted(Long.parseLong(LONG_AGO)));
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar");
    put(header, 263, "00");
    put(header, 329, major);
    put(header, 337, major.isEmpty() ? "" : "%07o".formatted(minor));
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0".formatted(sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    return this;
  }

  private static void put(byte[] header, int offset, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
