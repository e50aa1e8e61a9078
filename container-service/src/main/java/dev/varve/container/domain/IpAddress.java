package dev.varve.container.domain;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address of either family.
 *
 * @param bits its 32 or 128 bits as a number
 */
public record IpAddress(BigInteger bits, boolean v6) implements Comparable<IpAddress> {
  private static final int GROUPS = 8;

  /** Empty when the text is no literal address; a zone ({@code %eth0}) is none. */
  public static Optional<IpAddress> read(String text) {
    try {
      return Optional.of(text.indexOf(':') < 0 ? readV4(text) : readV6(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  public static IpAddress parse(String text) {
    return read(text).orElseThrow(() -> new IllegalArgumentException("not an IP address: " + text));
  }

  private static IpAddress readV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(text);
    }
    long bits = 0;
    for (String part : parts) {
      boolean digits =
          !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      // A leading zero means octal to some readers: nobody may guess.
      if (!digits || part.length() > 1 && part.charAt(0) == '0' || Integer.parseInt(part) > 255) {
        throw new IllegalArgumentException(text);
      }
      bits = bits << 8 | Integer.parseInt(part);
    }
    return new IpAddress(BigInteger.valueOf(bits), false);
  }

  private static IpAddress readV6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      throw new IllegalArgumentException(text);
    }
    List<Integer> head = groups(gap < 0 ? text : text.substring(0, gap));
    List<Integer> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
    int missing = GROUPS - head.size() - tail.size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      throw new IllegalArgumentException(text);
    }
    List<Integer> all = new ArrayList<>(head);
    for (int i = 0; i < missing; i++) {
      all.add(0);
    }
    all.addAll(tail);
    BigInteger bits = BigInteger.ZERO;
    for (int group : all) {
      bits = bits.shiftLeft(16).or(BigInteger.valueOf(group));
    }
    return new IpAddress(bits, true);
  }

  private static List<Integer> groups(String text) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return groups;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        long v4 = readV4(parts[i]).bits.longValueExact();
        groups.add((int) (v4 >>> 16));
        groups.add((int) (v4 & 0xffff));
      } else if (parts[i].isEmpty() || parts[i].length() > 4) {
        throw new IllegalArgumentException(text);
      } else {
        groups.add(Integer.parseUnsignedInt(parts[i], 16));
      }
    }
    return groups;
  }

  /** How many bits an address of this family has. */
  public int width() {
    return v6 ? 128 : 32;
  }

  public IpAddress plus(BigInteger offset) {
    return new IpAddress(bits.add(offset), v6);
  }

  /** Most significant byte first. */
  public byte[] bytes() {
    byte[] bytes = new byte[width() / 8];
    byte[] number = bits.toByteArray();
    for (int i = 0; i < Math.min(bytes.length, number.length); i++) {
      bytes[bytes.length - 1 - i] = number[number.length - 1 - i];
    }
    return bytes;
  }

  @Override
  public int compareTo(IpAddress other) {
    return v6 == other.v6 ? bits.compareTo(other.bits) : v6 ? 1 : -1;
  }

  /** Dotted, or by RFC 5952. */
  @Override
  public String toString() {
    if (!v6) {
      long it = bits.longValueExact();
      return (it >>> 24) + "." + (it >> 16 & 0xff) + "." + (it >> 8 & 0xff) + "." + (it & 0xff);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = bits.shiftRight(16 * (GROUPS - 1 - i)).intValue() & 0xffff;
    }
    int gap = -1;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        gap = i;
        longest = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += longest - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(String.format(Locale.ROOT, "%x", groups[i]));
      }
    }
    return text.toString();
  }
}
