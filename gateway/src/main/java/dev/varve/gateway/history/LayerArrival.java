package dev.varve.gateway.history;

import java.time.Instant;
import java.util.Map;

/**
 * How a layer came to this engine.
 *
 * @param origin what the layer's own event says of it: its kind, and whatever that kind has to say,
 *     named as in the event's schema
 * @param imageId the image it came with
 * @param actor who asked for it
 */
public record LayerArrival(
    Map<String, Object> origin,
    String eventId,
    String imageId,
    Instant time,
    String actor,
    String node) {
  public LayerArrival {
    origin = Map.copyOf(origin);
  }
}
