package dev.varve.gateway.history;

import dev.varve.eventlog.EventLog;

/** Feeds over logs that need no broker. */
public final class LocalFeeds {
  private LocalFeeds() {}

  public static EventFeed over(EventLog images, EventLog containers) {
    return EventFeed.over(service -> service.equals("image") ? images : containers);
  }
}
