package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A zone as aardvark-dns reads it: a line with the addresses to listen at, then one a container:
 * id, IPv4 addresses, IPv6 addresses, names, and the servers to ask for what is not here, divided
 * by single spaces; each a list divided by commas.
 *
 * <p>Who asks is known by his address. It is one of an id, and all addresses of an id learn the
 * names of all zones with a line of that id.
 */
final class AardvarkZone {
  /** A line without names is no line: this is one that nobody can ask for. */
  private static final String NAMELESS = "_";

  private AardvarkZone() {}

  /**
   * @param listen at least one address
   */
  static String render(Zone zone, List<String> listen) {
    StringBuilder text = new StringBuilder(String.join(",", listen)).append('\n');
    for (Entry entry : zone.entries()) {
      text.append(entry.id())
          .append(' ')
          .append(entry.ipv4())
          .append(' ')
          .append(entry.ipv6())
          .append(' ')
          .append(names(entry.names()));
      if (!entry.servers().isEmpty()) {
        text.append(' ').append(String.join(",", entry.servers()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String names(List<String> names) {
    String fit =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .filter(AardvarkZone::isName)
            .distinct()
            .collect(Collectors.joining(","));
    return fit.isEmpty() ? NAMELESS : fit;
  }

  /** What would be read as something else is left out: a name must not make a line of its own. */
  private static boolean isName(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c != ',' && c != 0x7f);
  }
}
