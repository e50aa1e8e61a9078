package dev.varve.gateway.docker;

import dev.varve.gateway.http.Refusal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A port or a range of ports with its protocol: {@code 80}, {@code 80/tcp}, {@code 80-90/udp}. */
public record PortRange(int first, int last, String protocol) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/([a-zA-Z]+))?");
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

  /**
   * @throws Refusal 400
   */
  public static PortRange parse(String text) throws Refusal {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw Refusal.badRequest("invalid port specification: \"" + text + "\"");
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
    if (first < 1 || last > 65535 || first > last || !PROTOCOLS.contains(protocol)) {
      throw Refusal.badRequest("invalid port specification: \"" + text + "\"");
    }
    return new PortRange(first, last, protocol);
  }

  public boolean contains(PortRange other) {
    return protocol.equals(other.protocol) && first <= other.first && other.last <= last;
  }
}
