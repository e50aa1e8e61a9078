package dev.varve.eventlog;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Where that goes which a reader had to step over, so that one bad event stops nobody and is not
 * forgotten either.
 */
@FunctionalInterface
public interface DeadLetters extends AutoCloseable {

  /**
   * Puts a letter aside; returns without waiting for it to be durable and never throws for a log
   * that is away.
   */
  void put(DeadLetter letter);

  /** Puts aside a change that a reader failed at. */
  default void put(Change<?, ?> change, String reader, String reason, int attempts) {
    Event<?> event = change.event();
    put(
        new DeadLetter(
            "",
            event.position(),
            reader,
            reason,
            attempts,
            event.id(),
            event.subject().toString(),
            null,
            new byte[0]));
  }

  /** Nothing has to be closed by default. */
  @Override
  default void close() {}

  /**
   * What could not be used, and why.
   *
   * @param topic the topic the event stands in
   * @param reader who could not use it: a service, or a channel of it
   * @param reason for people
   * @param attempts how often it was tried
   * @param eventId null when the record has none that could be read
   * @param key the record's key, as it is
   * @param type null when the record has none that could be read
   * @param data the record's value, as it is
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
  record DeadLetter(
      String topic,
      Position position,
      String reader,
      String reason,
      int attempts,
      @Nullable String eventId,
      @Nullable String key,
      @Nullable String type,
      byte[] data) {}

  /** Keeps letters in memory; for tests and for logs in memory. */
  final class InMemory implements DeadLetters {
    private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();

    @Override
    public void put(DeadLetter letter) {
      letters.add(letter);
    }

    public List<DeadLetter> letters() {
      return List.copyOf(letters);
    }
  }
}
