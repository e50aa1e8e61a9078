package dev.varve.gateway.history;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;

/** Feeds over logs that need no broker. */
public final class LocalFeeds {
  private LocalFeeds() {}

  public static EventFeed over(EventLog images, EventLog containers) {
    EventLog snapshots = new InMemoryEventLog();
    return EventFeed.over(service ->
        switch (service) {
          case "image" -> images;
          case "container" -> containers;
          default -> snapshots;
        });
  }
}
