package dev.varve.container.application;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a container wrote, from the file its monitor keeps ({@link ContainerRuntime#logPath}).
 *
 * <p>Lifecycle: {@link #open}, {@link Reader#next} until it says null, {@link Reader#close}. A file
 * that does not exist is an empty log; with follow, one that may still appear.
 *
 * <p>Example, {@code logs --tail 2 -f}: {@code open(path, new Query(true, true, empty(), empty(),
 * OptionalInt.of(2), true), () -> !isRunning(id))}.
 */
public interface ContainerLog {

  /**
   * What of the log is wanted. Bounds and {@code tail} count the entries of the wanted streams.
   *
   * @param since first instant wanted, inclusive
   * @param until last instant wanted, inclusive; a following reader ends at the first later entry,
   *     or when the clock has passed it
   * @param tail how many of the last lines (a line cut into parts counts once); 0 for none of the
   *     past; empty for all
   * @param follow whether {@link Reader#next} waits for more at the end of the file
   */
  record Query(
      boolean stdout,
      boolean stderr,
      Optional<Instant> since,
      Optional<Instant> until,
      OptionalInt tail,
      boolean follow) {}

  /**
   * One line with its newline, or a part of a line that the monitor cut.
   *
   * @param partial more of the same line follows
   */
  record Entry(StandardStreams.Source source, Instant time, byte[] data, boolean partial) {}

  /**
   * @param ended asked by a following reader when it is at the end of the file: true once nothing
   *     will be written any more. What was written before it turned true is still read.
   * @throws IOException when the file exists and cannot be read
   */
  Reader open(Path file, Query query, BooleanSupplier ended) throws IOException;

  /** One pass over the log; used from one thread, except {@link #close}, which wakes a wait. */
  interface Reader extends AutoCloseable {
    /**
     * The next entry in the order of the file; with follow, waits for one.
     *
     * @return null at the end, or when closed
     */
    @Nullable Entry next() throws IOException, InterruptedException;

    @Override
    void close();
  }
}
