package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.gateway.docker.ContainerStatus;
import dev.varve.gateway.http.ApiVersion;
import dev.varve.gateway.http.Json;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Containers' JSON, kept for as long as the service answers with the very same message: a container
 * that did not change is not written anew for each client that looks. A message never changes, so
 * what is kept is never stale. Any thread.
 */
final class RenderedContainers {
  /** Of each kind, some 4 KiB each; beyond that all are forgotten. */
  private static final int MAX_KEPT = 128;

  private record Inspected(Container of, ApiVersion version, byte[] json) {}

  /**
   * @param status the one part that changes with time
   */
  private record Listed(Container of, String status, byte[] json) {}

  private final Map<String, Inspected> inspected = new ConcurrentHashMap<>();
  private final Map<String, Listed> listed = new ConcurrentHashMap<>();

  byte[] inspect(Container it, ApiVersion version) {
    Inspected kept = inspected.get(it.getId());
    if (kept == null || !isSame(kept.of, it) || !kept.version.equals(version)) {
      kept = new Inspected(it, version, Json.bytes(ContainerViews.inspect(it, version)));
      keep(inspected, it, kept);
    }
    return kept.json;
  }

  /** A JSON list of summaries. */
  byte[] list(List<Container> containers, Instant now) {
    ByteArrayOutputStream list = new ByteArrayOutputStream(1024 * (containers.size() + 1));
    list.write('[');
    for (Container it : containers) {
      if (list.size() > 1) {
        list.write(',');
      }
      list.writeBytes(summary(it, now));
    }
    list.write(']');
    return list.toByteArray();
  }

  private byte[] summary(Container it, Instant now) {
    String status = ContainerStatus.text(it.getState(), now);
    Listed kept = listed.get(it.getId());
    if (kept == null || !isSame(kept.of, it) || !kept.status.equals(status)) {
      kept = new Listed(it, status, Json.bytes(ContainerViews.summary(it, now)));
      keep(listed, it, kept);
    }
    return kept.json;
  }

  /** Comparing two messages of equal content would cost as much as writing one. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Container one, Container other) {
    return one == other;
  }

  private static <T> void keep(Map<String, T> kept, Container it, T rendered) {
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(it.getId(), rendered);
  }
}
