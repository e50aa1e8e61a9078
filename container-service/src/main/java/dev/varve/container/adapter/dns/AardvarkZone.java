package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A network's names as aardvark-dns reads them: a line with the addresses to listen at, then one a
 * container: id, IPv4 addresses, IPv6 addresses, names, and the servers to ask for what is not here,
 * divided by single spaces; each a list divided by commas.
 */
final class AardvarkZone {
  /**
   * Where questions for the outside go that must not leave: an address of this host at which nobody
   * answers.
   */
  static final String NOWHERE = "127.255.255.254";

  private AardvarkZone() {}

  static String render(Zone zone) {
    StringBuilder text = new StringBuilder(String.join(",", zone.listen()));
    if (zone.internal()) {
      text.append(' ').append(NOWHERE);
    }
    text.append('\n');
    int number = 0;
    for (Entry entry : zone.entries()) {
      // A line without names is no line: this name is none that anybody can ask for.
      String names =
          entry.names().isEmpty()
              ? "_" + number
              : entry.names().stream()
                  .map(name -> name.toLowerCase(Locale.ROOT))
                  .filter(AardvarkZone::isName)
                  .distinct()
                  .collect(Collectors.joining(","));
      text.append(entry.id())
          .append(entry.names().isEmpty() ? "-" + number++ : "")
          .append(' ')
          .append(entry.ipv4())
          .append(' ')
          .append(entry.ipv6())
          .append(' ')
          .append(names);
      List<String> servers = entry.servers();
      if (!servers.isEmpty()) {
        text.append(' ').append(String.join(",", servers));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** What would be read as something else is left out: a name must not make a line of its own. */
  private static boolean isName(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c != ',' && c != 0x7f);
  }
}
