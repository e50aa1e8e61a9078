package dev.varve.linux.net;

import java.util.Locale;

/**
 * An IPv4 address with the length of its network's prefix: an interface's address, or a network
 * when the host bits are zero.
 *
 * @param bits the address, most significant byte first
 */
public record Ipv4(int bits, int prefixLength) {
  public Ipv4 {
    if (prefixLength < 0 || prefixLength > 32) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
  }

  /** Reads {@code 172.17.0.1/16}, or an address alone, whose prefix is then 32. */
  public static Ipv4 parse(String text) {
    int slash = text.indexOf('/');
    String[] parts = (slash < 0 ? text : text.substring(0, slash)).split("\\.", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("not an IPv4 address: " + text);
    }
    int bits = 0;
    for (String part : parts) {
      int value = Integer.parseInt(part);
      if (value < 0 || value > 255) {
        throw new IllegalArgumentException("not an IPv4 address: " + text);
      }
      bits = bits << 8 | value;
    }
    return new Ipv4(bits, slash < 0 ? 32 : Integer.parseInt(text.substring(slash + 1)));
  }

  private int mask() {
    return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
  }

  /** The network it is in. */
  public Ipv4 network() {
    return new Ipv4(bits & mask(), prefixLength);
  }

  public boolean overlaps(Ipv4 other) {
    int shorter = Math.min(prefixLength, other.prefixLength);
    return new Ipv4(bits, shorter).network().bits == new Ipv4(other.bits, shorter).network().bits;
  }

  /** The address at this offset from the network's start. */
  public Ipv4 host(int offset) {
    return new Ipv4((bits & mask()) + offset, prefixLength);
  }

  /** How many addresses the network has, the first and last included. */
  public long size() {
    return 1L << (32 - prefixLength);
  }

  /** The MAC address that Docker derives: 02:42 and the four bytes. */
  public String mac() {
    return String.format(
        Locale.ROOT,
        "02:42:%02x:%02x:%02x:%02x",
        bits >>> 24,
        bits >> 16 & 0xff,
        bits >> 8 & 0xff,
        bits & 0xff);
  }

  /** Dotted, without the prefix. */
  public String address() {
    return (bits >>> 24)
        + "."
        + (bits >> 16 & 0xff)
        + "."
        + (bits >> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }

  @Override
  public String toString() {
    return address() + "/" + prefixLength;
  }
}
