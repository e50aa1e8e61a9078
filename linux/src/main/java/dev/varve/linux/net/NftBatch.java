package dev.varve.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One transaction of nf_tables: between the marks of its begin and end, messages about elements of
 * which the last is acknowledged. All bear the same sequence, so that the first answer to it is the
 * transaction's: the first error, or the acknowledgement.
 */
final class NftBatch implements Netlink.Request {
  static final int NEW_ELEMENT = 12;
  static final int DELETE_ELEMENT = 14;
  static final int SUBSYSTEM = 10 << 8;
  static final byte FAMILY_INET = 1;
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final short REQUEST = 1;
  private static final short ACKNOWLEDGED = 4;
  private static final short CREATE = 0x400;
  private static final int NESTED = 0x8000;
  private static final int TABLE = 1;
  private static final int SET = 2;
  private static final int ELEMENTS = 3;
  private static final int ELEMENT = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int KEY_END = 10;
  private static final int DATA = 1;

  /** Generous for what surrounds an element and its set's name. */
  private static final int ROOM_PER_ELEMENT = 256;

  private final int type;
  private final String table;
  private final List<PacketTables.Element> elements;

  /**
   * @param type {@link #NEW_ELEMENT} or {@link #DELETE_ELEMENT}
   * @param elements at least one
   */
  NftBatch(int type, String table, List<PacketTables.Element> elements) {
    this.type = type;
    this.table = table;
    this.elements = elements;
  }

  @Override
  public byte[] finish(int sequence) {
    ByteBuffer out =
        ByteBuffer.allocate((elements.size() + 1) * ROOM_PER_ELEMENT)
            .order(ByteOrder.nativeOrder());
    mark(out, BATCH_BEGIN, sequence);
    for (int i = 0; i < elements.size(); i++) {
      int flags = REQUEST | CREATE | (i == elements.size() - 1 ? ACKNOWLEDGED : 0);
      int start = header(out, SUBSYSTEM | type, (short) flags, sequence, FAMILY_INET, (short) 0);
      element(out, elements.get(i));
      out.putInt(start, out.position() - start);
    }
    mark(out, BATCH_END, sequence);
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private static void mark(ByteBuffer out, int type, int sequence) {
    int start = header(out, type, REQUEST, sequence, (byte) 0, (short) (SUBSYSTEM >> 8));
    out.putInt(start, out.position() - start);
  }

  /** struct nlmsghdr and struct nfgenmsg, whose resource number is in network order. */
  private static int header(
      ByteBuffer out, int type, short flags, int sequence, byte family, short resource) {
    int start = out.position();
    out.putInt(0).putShort((short) type).putShort(flags).putInt(sequence).putInt(0);
    out.put(family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
    return start;
  }

  private void element(ByteBuffer out, PacketTables.Element element) {
    text(out, TABLE, table);
    text(out, SET, element.set());
    int list = begin(out, ELEMENTS | NESTED);
    int one = begin(out, ELEMENT | NESTED);
    data(out, KEY, element.key());
    data(out, KEY_END, element.to());
    if (type == NEW_ELEMENT) {
      data(out, VALUE, element.value());
    }
    end(out, one);
    end(out, list);
  }

  private static void data(ByteBuffer out, int attribute, byte[] bytes) {
    if (bytes.length > 0) {
      int data = begin(out, attribute | NESTED);
      bytes(out, DATA, bytes);
      end(out, data);
    }
  }

  private static void text(ByteBuffer out, int attribute, String text) {
    bytes(out, attribute, (text + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  private static void bytes(ByteBuffer out, int attribute, byte[] bytes) {
    out.putShort((short) (4 + bytes.length)).putShort((short) attribute).put(bytes);
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
  }

  private static int begin(ByteBuffer out, int attribute) {
    int start = out.position();
    out.putShort((short) 0).putShort((short) attribute);
    return start;
  }

  private static void end(ByteBuffer out, int start) {
    out.putShort(start, (short) (out.position() - start));
  }
}
