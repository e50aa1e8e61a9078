package dev.varve.gateway.route;

import dev.varve.api.container.v1.ResizeRequest;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;

/** The size of a terminal in a query. */
final class Sizes {
  private Sizes() {}

  static ResizeRequest parse(Exchange exchange) throws Refusal {
    return ResizeRequest.newBuilder()
        .setId(exchange.name("id"))
        .setHeight(cells(exchange, "h", "height"))
        .setWidth(cells(exchange, "w", "width"))
        .build();
  }

  private static int cells(Exchange exchange, String key, String name) throws Refusal {
    String text = exchange.query().text(key);
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      String reason =
          !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')
              ? "value out of range"
              : "invalid syntax";
      throw Refusal.badRequest("invalid resize " + name + " \"" + text + "\": " + reason);
    }
  }
}
