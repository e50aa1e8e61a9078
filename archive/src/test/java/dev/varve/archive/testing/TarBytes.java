package dev.varve.archive.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes tar archives byte by byte, the forbidden ones too. */
public final class TarBytes {
  public static final long MTIME = 1_600_000_000L;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** One entry; what is not set has a harmless value. */
  public final class Entry {
    private final String name;
    private char type = '0';
    private String link = "";
    private int mode = 0644;
    private long uid;
    private long gid;
    private long mtime = MTIME;
    private byte[] content = {};
    private String size = "";
    private int major;
    private int minor;
    private final Map<String, byte[]> pax = new LinkedHashMap<>();

    private Entry(String name) {
      this.name = name;
    }

    public Entry type(char value) {
      type = value;
      return this;
    }

    public Entry link(String value) {
      link = value;
      return this;
    }

    public Entry mode(int value) {
      mode = value;
      return this;
    }

    public Entry owner(long user, long group) {
      uid = user;
      gid = group;
      return this;
    }

    public Entry mtime(long value) {
      mtime = value;
      return this;
    }

    public Entry content(String value) {
      content = value.getBytes(ISO_8859_1);
      return this;
    }

    /** The size field's text, in place of the content's length. */
    public Entry declaredSize(String octal) {
      size = octal;
      return this;
    }

    public Entry device(int majorNumber, int minorNumber) {
      major = majorNumber;
      minor = minorNumber;
      return this;
    }

    public Entry pax(String key, String value) {
      return pax(key, value.getBytes(UTF_8));
    }

    public Entry pax(String key, byte[] value) {
      pax.put(key, value);
      return this;
    }

    public TarBytes add() {
      if (!pax.isEmpty()) {
        byte[] records = paxRecords(pax);
        header("pax", 'x', "", 0644, 0, 0, MTIME, octal(records.length, 11), 0, 0);
        data(records);
      }
      String length = size.isEmpty() ? octal(content.length, 11) : size;
      header(name, type, link, mode, uid, gid, mtime, length, major, minor);
      data(content);
      return TarBytes.this;
    }
  }

  public Entry entry(String name) {
    return new Entry(name);
  }

  public TarBytes file(String name, String content) {
    return entry(name).content(content).add();
  }

  public TarBytes directory(String name) {
    return entry(name).type('5').mode(0755).add();
  }

  public TarBytes symlink(String name, String target) {
    return entry(name).type('2').mode(0777).link(target).add();
  }

  public TarBytes hardlink(String name, String target) {
    return entry(name).type('1').link(target).add();
  }

  /** A header of its own, for example a global or GNU one. */
  public TarBytes raw(char type, byte[] content) {
    header("raw", type, "", 0644, 0, 0, MTIME, octal(content.length, 11), 0, 0);
    data(content);
    return this;
  }

  public byte[] bytes() {
    byte[] archive = out.toByteArray();
    byte[] ended = new byte[archive.length + 1024];
    System.arraycopy(archive, 0, ended, 0, archive.length);
    return ended;
  }

  public byte[] bytesWithoutEnd() {
    return out.toByteArray();
  }

  public static String sha256(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public static byte[] paxRecords(Map<String, byte[]> records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.forEach((key, value) -> {
      int rest = key.getBytes(UTF_8).length + value.length + 3;
      int length = rest;
      while (length != rest + Integer.toString(length).length()) {
        length = rest + Integer.toString(length).length();
      }
      all.writeBytes((length + " " + key + "=").getBytes(UTF_8));
      all.writeBytes(value);
      all.write('\n');
    });
    return all.toByteArray();
  }

  private static String octal(long value, int digits) {
    return String.format("%0" + digits + "o", value);
  }

  private void header(
      String name,
      char type,
      String link,
      int mode,
      long uid,
      long gid,
      long mtime,
      String size,
      int major,
      int minor) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, octal(mode, 7));
    put(block, 108, octal(uid, 7));
    put(block, 116, octal(gid, 7));
    put(block, 124, size);
    put(block, 136, octal(mtime, 11));
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar\00000");
    put(block, 329, octal(major, 7));
    put(block, 337, octal(minor, 7));
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, octal(sum, 6) + "\0 ");
    out.writeBytes(block);
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  private void data(byte[] content) {
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & 511]);
  }
}
