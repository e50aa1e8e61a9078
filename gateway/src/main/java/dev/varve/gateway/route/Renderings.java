package dev.varve.gateway.route;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * JSON kept for as long as a service answers with the very same message: what did not change is not
 * written anew for each client that looks. A message never changes, so what is kept is never stale.
 * Any thread.
 *
 * @param <M> the message
 * @param <V> what else the JSON depends on
 */
final class Renderings<M, V> {
  private record Rendering<M, V>(M of, V variant, byte[] json) {

    /** Comparing two messages of equal content would cost as much as writing one. */
    @SuppressWarnings("ReferenceEquality")
    boolean fits(M message, V asked) {
      return of == message && variant.equals(asked);
    }
  }

  private final Map<String, Rendering<M, V>> kept = new ConcurrentHashMap<>();
  private final int maxKept;

  /**
   * @param maxKept beyond that all are forgotten
   */
  Renderings(int maxKept) {
    this.maxKept = maxKept;
  }

  /**
   * @param id of what the message tells about
   */
  byte[] of(String id, M message, V variant, Supplier<byte[]> render) {
    Rendering<M, V> rendering = kept.get(id);
    if (rendering == null || !rendering.fits(message, variant)) {
      rendering = new Rendering<>(message, variant, render.get());
      if (kept.size() >= maxKept) {
        kept.clear();
      }
      kept.put(id, rendering);
    }
    return rendering.json;
  }

  /** A JSON list of values that are written already. */
  static byte[] list(List<byte[]> values) {
    ByteArrayOutputStream list = new ByteArrayOutputStream(1024 * (values.size() + 1));
    list.write('[');
    for (byte[] value : values) {
      if (list.size() > 1) {
        list.write(',');
      }
      list.writeBytes(value);
    }
    list.write(']');
    return list.toByteArray();
  }
}
