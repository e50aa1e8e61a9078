package dev.varve.eventlog;

import org.jspecify.annotations.Nullable;

/** Turns a service's events into bytes and back; thread-safe. */
public interface EventCodec<E> {
  /** The {@code ce_type} of the event, for example {@code dev.varve.container.v1.Started}. */
  String typeOf(E event);

  byte[] encode(E event);

  /**
   * The event of these bytes.
   *
   * @return null when this version of the software does not know the type (written by a newer one);
   *     readers count such an event but do not fold it
   * @throws IllegalArgumentException when the bytes are not of that type
   */
  @Nullable E decode(String type, byte[] data);
}
