package dev.varve.e2e;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A frame as it is on the wire, with a mark in it by which listeners know it. */
record Frame(byte[] bytes) {
  static final String EVERYBODY = "ff:ff:ff:ff:ff:ff";
  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int IPV6 = 0x86dd;
  private static final int UDP = 17;
  private static final int TTL = 64;
  private static final int OFFER = 2;

  /** What ARP asks, or answers. */
  enum Arp {
    ASKS(1),
    ANSWERS(2);

    private final int operation;

    Arp(int operation) {
      this.operation = operation;
    }
  }

  /** One that says that an address is at its sender's. */
  static Frame arp(Arp arp, String from, String to, String claimed, String asked, String mark) {
    ByteBuffer body =
        ByteBuffer.allocate(28)
            .putShort((short) 1)
            .putShort((short) IPV4)
            .put((byte) 6)
            .put((byte) 4)
            .putShort((short) arp.operation)
            .put(station(from))
            .put(address(claimed))
            .put(arp == Arp.ASKS ? new byte[6] : station(to))
            .put(address(asked));
    return ethernet(from, to, ARP, join(body.array(), marked(mark)));
  }

  /** A datagram of either family. */
  static Frame udp(String from, String to, String source, String target, int port, String mark) {
    return datagram(from, to, source, target, 7000, port, marked(mark));
  }

  /**
   * What a server of DHCP says to who asks for an address: take this one, and me as your router.
   */
  static Frame dhcpOffer(String from, String router, String offered, String mark) {
    ByteBuffer offer =
        ByteBuffer.allocate(240)
            .put(new byte[] {OFFER, 1, 6, 0})
            .position(16)
            .put(address(offered))
            .put(address(router))
            .position(236)
            .putInt(0x63825363);
    byte[] options = {53, 1, OFFER, 3, 4};
    return datagram(
        from,
        EVERYBODY,
        router,
        "255.255.255.255",
        67,
        68,
        join(offer.array(), options, address(router), new byte[] {-1}, marked(mark)));
  }

  private static Frame datagram(
      String from, String to, String source, String target, int port, int toPort, byte[] payload) {
    byte[] addresses = join(address(source), address(target));
    int length = 8 + payload.length;
    ByteBuffer udp =
        ByteBuffer.allocate(length)
            .putShort((short) port)
            .putShort((short) toPort)
            .putInt(length << 16)
            .put(payload);
    byte[] pseudo = ByteBuffer.allocate(8).putInt(length).putInt(UDP).array();
    udp.putShort(6, checksum(join(addresses, pseudo, udp.array())));
    boolean v4 = addresses.length == 8;
    byte[] head = v4 ? ipv4(addresses, length) : ipv6(addresses, length);
    return ethernet(from, to, v4 ? IPV4 : IPV6, join(head, udp.array()));
  }

  private static byte[] ipv4(byte[] addresses, int length) {
    ByteBuffer head =
        ByteBuffer.allocate(20)
            .putShort((short) 0x4500)
            .putShort((short) (20 + length))
            .putInt(0)
            .put((byte) TTL)
            .put((byte) UDP)
            .putShort((short) 0)
            .put(addresses);
    head.putShort(10, checksum(head.array()));
    return head.array();
  }

  private static byte[] ipv6(byte[] addresses, int length) {
    return ByteBuffer.allocate(40)
        .putInt(0x60000000)
        .putShort((short) length)
        .put((byte) UDP)
        .put((byte) TTL)
        .put(addresses)
        .array();
  }

  private static Frame ethernet(String from, String to, int type, byte[] body) {
    byte[] head =
        ByteBuffer.allocate(14).put(station(to)).put(station(from)).putShort((short) type).array();
    return new Frame(join(head, body));
  }

  private static short checksum(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(join(bytes, new byte[bytes.length % 2]));
    int sum = 0;
    while (words.hasRemaining()) {
      sum += Short.toUnsignedInt(words.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }

  private static byte[] marked(String mark) {
    return ("<" + mark + ">").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] station(String text) {
    return HexFormat.ofDelimiter(":").parseHex(text);
  }

  private static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** A line for {@code frames.pl say}. */
  String line() {
    return HexFormat.of().formatHex(bytes);
  }
}
