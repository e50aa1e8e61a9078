package dev.varve.eventlog.fold;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fold stored together with the offsets it stands for, so that a start folds the tail of the log
 * only. It is a cache: whoever finds it missing, stale or of another log starts from the beginning.
 */
public interface Checkpoint<S> {

  /**
   * What is kept of a subject's last counted event.
   *
   * @param opened the offset at which the sequence began with 1
   * @param closed where the event is, if it said that it is the last
   */
  record LastEvent(
      long sequence, String eventId, Instant time, long opened, @Nullable Position closed) {}

  /** What a checkpoint is read into. */
  interface Sink<S> {
    /** One subject as of the checkpoint's offsets; state is null when it is closed. */
    void restore(Subject subject, LastEvent last, @Nullable S state);

    /** Forgets all that was restored. */
    void reset();
  }

  /**
   * Reads every subject into the sink, live and closed, but for those that were closed so long ago
   * that they are forgotten. When there is no usable checkpoint, the sink is left reset; a store
   * that is away is no error.
   *
   * @return the offset per partition from which to fold on; empty when there is no usable
   *     checkpoint
   */
  Map<Integer, Long> load(EventLog log, Sink<S> sink);

  /** No checkpoint: every start folds the whole log. */
  static <S> Checkpoint<S> none() {
    return (log, sink) -> Map.of();
  }
}
