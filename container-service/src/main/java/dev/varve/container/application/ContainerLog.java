package dev.varve.container.application;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a container wrote, from the files its monitor keeps ({@link ContainerRuntime#logPath})
 * and {@link LogStore} sets aside: all of them are one log.
 *
 * <p>Lifecycle: {@link #open}, {@link Reader#next} until it says null, {@link Reader#close}. A file
 * that does not exist is an empty log; with follow, one that may still appear.
 *
 * <p>Example, {@code logs --tail 2 -f}: {@code open(path, new Query(true, true, empty(), empty(),
 * OptionalInt.of(2), true), Form.lines(true, false, ""), () -> !isRunning(id))}.
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
   * How entries are written for the client.
   *
   * @param framed as in {@link Frames}
   * @param whole lines are put together, up to Docker's 16 KiB, and each is a piece of its own;
   *     otherwise pieces are as the program's writes happened to be read
   * @param timestamps each line begins with its time, in UTC with nine digits
   * @param prefix behind that, at each line
   */
  record Form(boolean framed, boolean whole, boolean timestamps, String prefix) {
    public static Form lines(boolean framed, boolean timestamps, String prefix) {
      return new Form(framed, true, timestamps, prefix);
    }

    /** The bytes that the program wrote and nothing else. */
    public static Form verbatim(boolean framed) {
      return new Form(framed, false, false, "");
    }

    /** Something stands at each line's beginning, and so must not in its middle. */
    public boolean marksLines() {
      return timestamps || !prefix.isEmpty();
    }
  }

  /** The end of what is written, for a following reader. */
  @FunctionalInterface
  interface End {
    /**
     * Asked at the end of the file: true once nothing will be written any more. What was written
     * before it turned true is still read.
     */
    boolean isThere();

    /**
     * Done when the end may be there, so that a reader who waits asks at once and not only now and
     * then; he cancels it when he is closed. By default it is never done.
     */
    default CompletableFuture<?> sign() {
      return new CompletableFuture<>();
    }

    /**
     * @param sign asked for by a reader that follows
     */
    static End of(BooleanSupplier isThere, Supplier<CompletableFuture<?>> sign) {
      return new End() {
        @Override
        public boolean isThere() {
          return isThere.getAsBoolean();
        }

        @Override
        public CompletableFuture<?> sign() {
          return sign.get();
        }
      };
    }
  }

  /**
   * @throws IOException when the file exists and cannot be read
   */
  Reader open(Path file, Query query, Form form, End end) throws IOException;

  /** One pass over the log; used from one thread, except {@link #close}, which wakes a wait. */
  interface Reader extends AutoCloseable {
    /**
     * The next entries in the order of the log, as many as there are or are good to hand on; with
     * follow, waits for some.
     *
     * @param bytes that are good to hand on; hardly more
     * @return as {@link Frames} writes them; null at the end, or when closed
     */
    @Nullable ByteBuffer next(int bytes) throws IOException, InterruptedException;

    @Override
    void close();
  }
}
