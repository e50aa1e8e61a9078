package dev.varve.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One topic: an ordered, durable, append-only sequence of records per partition.
 *
 * <p>Lifecycle: open, any number of {@link #append appends} from any thread, any number of
 * independent {@link #read readers}, close. Appending orders and persists; it never judges.
 *
 * <p>Implementations: {@code adapter.kafka.KafkaEventLog} and {@code
 * adapter.memory.InMemoryEventLog}; both pass {@code EventLogContract}.
 */
public interface EventLog extends AutoCloseable {

  /**
   * Appends a batch in order; no other append through this object comes between records of one
   * partition (another process may). Completes with their positions, in the order given, when they
   * are durable; completes exceptionally with {@link LogUnavailableException} when the outcome is
   * unknown or the log refused: a caller finds out by reading.
   */
  CompletableFuture<List<Position>> append(List<Proposal> batch);

  /**
   * Opens a reader.
   *
   * @param from first offset to read per partition; partitions not named are read from their start
   */
  Reader read(Map<Integer, Long> from);

  /** Where the subject's records go. */
  int partition(Subject subject);

  /** The offset after the last durable record of each partition. */
  Map<Integer, Long> ends();

  /**
   * Names this very log: a log of another cluster, or one deleted and created again, has another
   * identity. Whoever stores an offset stores it too, so as not to apply the offset to other
   * events.
   */
  String identity();

  @Override
  void close();

  /**
   * One consumer; to be used from one thread, except {@link #close}, which wakes a blocked poll.
   */
  interface Reader extends AutoCloseable {
    /**
     * Waits at most {@code timeout} for records and returns those that are there, in order within
     * each partition; an empty list when none came or the reader was closed.
     *
     * @throws LogUnavailableException when the log cannot be read
     */
    List<LogRecord> poll(Duration timeout);

    /**
     * The offset after all that the last poll went past, for each partition; records that could not
     * be read as events and were skipped are passed too.
     */
    Map<Integer, Long> positions();

    @Override
    void close();
  }
}
