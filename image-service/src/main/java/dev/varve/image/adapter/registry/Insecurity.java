package dev.varve.image.adapter.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which registries may be spoken to without a trusted certificate or without TLS. Networks match
 * addresses, never names: a name could lead elsewhere between the check and the connection. An
 * entry that begins with {@code http://} is a host that has no TLS at all.
 */
final class Insecurity {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

  private static final String PLAIN = "http://";

  private final List<String> entries;

  Insecurity(List<String> entries) {
    this.entries = entries.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * @param authority host, maybe with a port
   */
  boolean covers(String authority) {
    return covers(authority, "");
  }

  /** Whether TLS need not even be tried. */
  boolean isPlain(String authority) {
    return covers(authority, PLAIN);
  }

  private boolean covers(String authority, String prefix) {
    String given = authority.toLowerCase(Locale.ROOT);
    String host = host(given);
    return entries.stream()
        .filter(entry -> entry.startsWith(prefix))
        .map(entry -> entry.startsWith(PLAIN) ? entry.substring(PLAIN.length()) : entry)
        .anyMatch(entry ->
            entry.indexOf('/') >= 0
                ? isWithin(host, entry)
                : entry.equals(given) || entry.equals(host));
  }

  static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port =
        colon > authority.lastIndexOf(']') && authority.indexOf(':') == colon
            || authority.startsWith("[") && colon > authority.lastIndexOf(']');
    return port ? authority.substring(0, colon) : authority;
  }

  private static boolean isWithin(String host, String network) {
    String literal = host.equals("localhost") ? "127.0.0.1" : host;
    if (!ADDRESS.matcher(literal).matches()) {
      return false;
    }
    int slash = network.indexOf('/');
    try {
      byte[] address = InetAddress.getByName(literal).getAddress();
      byte[] base = InetAddress.getByName(network.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(network.substring(slash + 1));
      return address.length == base.length && equalBits(address, base, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      return false;
    }
  }

  private static boolean equalBits(byte[] one, byte[] other, int bits) {
    for (int bit = 0; bit < Math.min(bits, one.length * 8); bit++) {
      int mask = 0x80 >> (bit & 7);
      if ((one[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }
}
