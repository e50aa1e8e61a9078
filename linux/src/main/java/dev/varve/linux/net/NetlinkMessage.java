package dev.varve.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Builds one rtnetlink request: header, fixed part, attributes, in the machine's byte order. */
final class NetlinkMessage implements Netlink.Request {
  private static final int HEADER = 16;
  private static final int CAPACITY = 1024;

  private final ByteBuffer buffer =
      ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder()).position(HEADER);
  private final short type;
  private final short flags;

  NetlinkMessage(int type, int flags) {
    this.type = (short) type;
    this.flags = (short) flags;
  }

  /** struct ifinfomsg. */
  NetlinkMessage link(int index, int linkFlags, int change) {
    buffer.put((byte) 0).put((byte) 0).putShort((short) 0);
    buffer.putInt(index).putInt(linkFlags).putInt(change);
    return this;
  }

  /** struct ifaddrmsg, scope global. */
  NetlinkMessage address(int family, int prefixLength, int index) {
    return address(family, prefixLength, index, 0);
  }

  NetlinkMessage address(int family, int prefixLength, int index, int addressFlags) {
    buffer.put((byte) family).put((byte) prefixLength).put((byte) addressFlags).put((byte) 0);
    buffer.putInt(index);
    return this;
  }

  /** struct rtmsg of a unicast route in the main table. */
  NetlinkMessage route(int family) {
    buffer.put((byte) family).put((byte) 0).put((byte) 0).put((byte) 0);
    buffer.put((byte) 254).put((byte) 3).put((byte) 0).put((byte) 1).putInt(0);
    return this;
  }

  /** struct nfgenmsg. */
  NetlinkMessage netfilter(int family) {
    return netfilter(family, 0);
  }

  /**
   * @param resource of which subsystem a transaction is
   */
  NetlinkMessage netfilter(int family, int resource) {
    buffer.put((byte) family).put((byte) 0);
    buffer.put((byte) (resource >> 8)).put((byte) resource);
    return this;
  }

  NetlinkMessage text(int attribute, String value) {
    return bytes(attribute, (value + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  NetlinkMessage number(int attribute, int value) {
    buffer.putShort((short) 8).putShort((short) attribute).putInt(value);
    return this;
  }

  /** A number of two bytes. */
  NetlinkMessage half(int attribute, int value) {
    return bytes(
        attribute,
        ByteBuffer.allocate(2).order(ByteOrder.nativeOrder()).putShort((short) value).array());
  }

  NetlinkMessage ipv4(int attribute, int bits) {
    return bytes(attribute, ByteBuffer.allocate(4).putInt(bits).array());
  }

  NetlinkMessage mac(int attribute, String mac) {
    byte[] bytes = new byte[6];
    String[] parts = mac.toLowerCase(Locale.ROOT).split(":", -1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    return bytes(attribute, bytes);
  }

  NetlinkMessage bytes(int attribute, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
    return pad();
  }

  /**
   * Begins an attribute that holds others.
   *
   * @return its position, for {@link #end}
   */
  int begin(int attribute) {
    int at = buffer.position();
    buffer.putShort((short) 0).putShort((short) attribute);
    return at;
  }

  NetlinkMessage end(int at) {
    buffer.putShort(at, (short) (buffer.position() - at));
    return this;
  }

  private NetlinkMessage pad() {
    while (buffer.position() % 4 != 0) {
      buffer.put((byte) 0);
    }
    return this;
  }

  @Override
  public byte[] finish(int sequence) {
    int length = buffer.position();
    buffer.putInt(0, length).putShort(4, type).putShort(6, flags);
    buffer.putInt(8, sequence).putInt(12, 0);
    byte[] message = new byte[length];
    buffer.get(0, message);
    return message;
  }
}
