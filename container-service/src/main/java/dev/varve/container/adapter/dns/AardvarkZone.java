package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Outside;
import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Subnet;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * A network's names as aardvark-dns reads them: a line with the addresses to listen at, then one a
 * container: id, IPv4 addresses, IPv6 addresses, names, and the servers to ask for what is not
 * here, divided by single spaces; each a list divided by commas. The server knows who asks by his
 * address alone: of an address that it has not, it thinks that it may ask for anything.
 */
final class AardvarkZone {
  /**
   * Where questions for the outside go that must not leave: an address of this host at which nobody
   * answers.
   */
  static final String NOWHERE = "127.255.255.254";

  private static final int WIDEST = 16;

  private AardvarkZone() {}

  /**
   * @param hostServers whom the host asks for names
   */
  static String render(Zone zone, List<String> hostServers) {
    StringBuilder text = new StringBuilder(String.join(",", zone.listen()));
    if (zone.internal()) {
      text.append(' ').append(NOWHERE);
    }
    text.append('\n');
    int number = 0;
    for (Entry entry : zone.entries()) {
      // A line without names is no line: this name is none that anybody can ask for.
      boolean named = !entry.names().isEmpty();
      line(
          text,
          named ? entry.id() : entry.id() + "-" + number,
          entry.ipv4(),
          entry.ipv6(),
          named ? names(entry) : "_" + number++,
          servers(entry, hostServers));
    }
    if (zone.internal()) {
      strangers(text, zone);
    }
    return text.toString();
  }

  private static List<String> servers(Entry entry, List<String> hostServers) {
    return entry.servers().isEmpty() && entry.outside() == Outside.YES
        ? hostServers
        : entry.servers();
  }

  private static String names(Entry entry) {
    return entry.names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(AardvarkZone::isName)
        .distinct()
        .collect(Collectors.joining(","));
  }

  private static void line(
      StringBuilder text, String id, String ipv4, String ipv6, String names, List<String> servers) {
    text.append(id).append(' ').append(ipv4).append(' ').append(ipv6).append(' ').append(names);
    if (!servers.isEmpty()) {
      text.append(' ').append(String.join(",", servers));
    }
    text.append('\n');
  }

  /** All addresses of an internal network that nobody was given: who takes one learns nothing. */
  private static void strangers(StringBuilder text, Zone zone) {
    Set<String> known = new HashSet<>();
    zone.entries().forEach(entry -> known.add(entry.ipv4()));
    for (Subnet subnet : zone.subnets()) {
      if (subnet.v6() || subnet.prefixLength() < WIDEST) {
        continue;
      }
      StringJoiner addresses = new StringJoiner(",");
      for (IpAddress address = subnet.first();
          subnet.contains(address);
          address = address.plus(BigInteger.ONE)) {
        if (!known.contains(address.toString())) {
          addresses.add(address.toString());
        }
      }
      line(text, "_", addresses.toString(), "", "_", List.of(NOWHERE));
    }
  }

  /** What would be read as something else is left out: a name must not make a line of its own. */
  private static boolean isName(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c != ',' && c != 0x7f);
  }
}
