package dev.varve.gateway.history;

import dev.varve.gateway.docker.json.EventJson;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One of Docker's events, with the position-independent facts that filters ask for.
 *
 * @param type {@code container}, {@code image}, {@code network}
 */
record Told(String type, String action, String id, Map<String, String> attributes, Instant time) {

  Told {
    attributes = new TreeMap<>(attributes);
  }

  /** Somebody had everything of the type that nobody needs removed. */
  static Told prune(String type, long reclaimedBytes, Instant time) {
    return new Told(type, "prune", "", Map.of("reclaimed", String.valueOf(reclaimedBytes)), time);
  }

  long nanos() {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  /** For clients below API 1.52, which read the first three fields. */
  EventJson json() {
    boolean container = type.equals("container");
    boolean legacy = container || type.equals("image");
    return new EventJson(
        legacy ? action : null,
        legacy && !id.isEmpty() ? id : null,
        container ? attributes.get("image") : null,
        type,
        action,
        new EventJson.Actor(id, attributes),
        "local",
        time.getEpochSecond(),
        nanos());
  }
}
