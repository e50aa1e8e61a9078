package dev.varve.container.domain;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A port or a range of ports with its protocol: {@code 80}, {@code 80/tcp}, {@code 80-90/udp}.
 *
 * @param first 0 to 65535
 * @param protocol lower case; tcp when none was given
 */
record PortRange(int first, int last, String protocol) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/([a-zA-Z]+))?");

  /**
   * @throws IllegalArgumentException for everything else
   */
  static PortRange parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
    if (first > last || last > 65535) {
      throw new IllegalArgumentException(text);
    }
    return new PortRange(first, last, protocol);
  }

  /** Its ports one by one. */
  Stream<PortRange> each() {
    return IntStream.rangeClosed(first, last).mapToObj(port -> new PortRange(port, port, protocol));
  }
}
