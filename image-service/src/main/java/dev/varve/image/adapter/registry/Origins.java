package dev.varve.image.adapter.registry;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which places on the web count as one. */
final class Origins {
  /** Second-level labels below which strangers register their names. */
  private static final Set<String> PUBLIC =
      Set.of("co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "gob");

  private Origins() {}

  /** Scheme, host and port are equal. */
  static boolean same(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && host(one).equals(host(other))
        && port(one) == port(other);
  }

  /** Equal hosts, or hosts of one registered domain. */
  static boolean sameSite(URI one, URI other) {
    String first = host(one);
    String second = host(other);
    return first.equals(second) || !site(first).isEmpty() && site(first).equals(site(second));
  }

  static String host(URI uri) {
    return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
  }

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  /** What may be shown: without query, which may hold a signature, and without user. */
  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + host(uri) + port + uri.getRawPath();
  }

  private static String site(String host) {
    List<String> labels = List.of(host.split("\\.", -1));
    boolean address = host.indexOf(':') >= 0 || labels.getLast().chars().allMatch(c -> c <= '9');
    if (address || labels.size() < 2) {
      return "";
    }
    int kept = PUBLIC.contains(labels.get(labels.size() - 2)) && labels.size() > 2 ? 3 : 2;
    return String.join(".", labels.subList(labels.size() - kept, labels.size()));
  }
}
