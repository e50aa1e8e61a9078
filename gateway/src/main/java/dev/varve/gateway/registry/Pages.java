package dev.varve.gateway.registry;

import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** Part of a sorted list, as {@code n} and {@code last} of a request ask for it. */
final class Pages {
  private Pages() {}

  /** The wanted part; sets {@code Link} when there is more. */
  static List<String> page(Exchange exchange, List<String> sorted) throws Refusal {
    Query query = exchange.query();
    OptionalInt n;
    try {
      n = query.integer("n");
    } catch (Refusal notANumber) {
      throw RegistryRefusal.of("PAGINATION_NUMBER_INVALID", "n is not a number");
    }
    if (n.isPresent() && n.getAsInt() < 0) {
      throw RegistryRefusal.of("PAGINATION_NUMBER_INVALID", "n is negative");
    }
    String last = query.text("last");
    List<String> rest =
        last.isEmpty()
            ? sorted
            : sorted.stream().filter(entry -> entry.compareTo(last) > 0).toList();
    if (n.isEmpty() || n.getAsInt() >= rest.size()) {
      return rest;
    }
    List<String> page = rest.subList(0, n.getAsInt());
    if (!page.isEmpty()) {
      exchange.setHeader(
          "Link",
          "<%s?n=%d&last=%s>; rel=\"next\""
              .formatted(
                  exchange.path(),
                  n.getAsInt(),
                  URLEncoder.encode(page.getLast(), StandardCharsets.UTF_8)));
    }
    return page;
  }
}
