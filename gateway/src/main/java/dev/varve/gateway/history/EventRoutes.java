package dev.varve.gateway.history;

import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** {@code GET /events}. */
public final class EventRoutes {
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final EventFeed feed;

  public EventRoutes(EventFeed feed) {
    this.feed = feed;
  }

  public void addTo(Routes routes) {
    routes.add("GET", "/events", this::events);
  }

  private void events(Exchange exchange) throws Exception {
    EventFilter filter =
        new EventFilter(
            Filters.parse(exchange.query().text("filters"), EventFilter.KEYS),
            DockerTime.parse(exchange.query().text("since")),
            DockerTime.parse(exchange.query().text("until")));
    if (filter.since() != 0 && filter.until() != 0 && filter.since() > filter.until()) {
      throw Refusal.badRequest(
          "`since` time ("
              + exchange.query().text("since")
              + ") cannot be after `until` time ("
              + exchange.query().text("until")
              + ")");
    }
    try (EventSubscription subscription = feed.subscribe(filter)) {
      exchange.onClose(subscription::close);
      ResponseStream stream = exchange.stream(200, "application/json");
      if (subscription.tellPast(told -> send(stream, told))
          && tellPresent(subscription, stream, filter.until())) {
        // What happened before `until` may reach us after it.
        feed.catchUp();
        tellRest(subscription, stream);
      }
      exchange.end();
    }
  }

  /** True when the time was up, false when the client wants no more. */
  private static boolean tellPresent(
      EventSubscription subscription, ResponseStream stream, long until)
      throws InterruptedException {
    while (!subscription.isClosed() && !stream.isClosed()) {
      Duration left =
          until == 0 ? MAX_WAIT : Duration.between(Instant.now(), DockerTime.instant(until));
      if (left.isNegative() || left.isZero()) {
        return true;
      }
      Told told = subscription.next(left.compareTo(MAX_WAIT) < 0 ? left : MAX_WAIT);
      if (told != null && !send(stream, told)) {
        return false;
      }
    }
    return false;
  }

  private static void tellRest(EventSubscription subscription, ResponseStream stream)
      throws InterruptedException {
    Told told = subscription.next(Duration.ZERO);
    while (told != null && send(stream, told)) {
      told = subscription.next(Duration.ZERO);
    }
  }

  private static boolean send(ResponseStream stream, Told told) throws InterruptedException {
    byte[] json = Json.bytes(told.json());
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return stream.write(line);
  }
}
