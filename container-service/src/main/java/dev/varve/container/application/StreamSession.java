package dev.varve.container.application;

import dev.varve.container.application.ContainerLog.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client at the standard streams of one run or exec, until the program ends, the client leaves,
 * or it types the detach keys. Begins before the streams exist, so that a client that leaves while
 * waiting is noticed.
 *
 * <p>Output is pumped on the caller's thread, input on a virtual thread of the session's own.
 */
final class StreamSession {
  private static final Logger LOG = Logger.getLogger(StreamSession.class);

  /**
   * @param tty output has no headers
   * @param closeStdin the program sees the end of input with the client's, or when the client
   *     leaves; otherwise the session ends there
   * @param detachKeys empty without a terminal
   */
  record Options(
      boolean tty,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      boolean closeStdin,
      Optional<byte[]> detachKeys) {}

  private final CompletableFuture<@Nullable StandardStreams> streams;
  private final StreamClient client;
  private final Options options;
  private final Runnable whenGone;
  private volatile @Nullable Thread input;
  private volatile boolean left;
  private volatile boolean detached;

  /**
   * @param whenGone the client leaves; it may not have got its streams yet
   */
  StreamSession(
      CompletableFuture<@Nullable StandardStreams> streams,
      StreamClient client,
      Options options,
      Runnable whenGone) {
    this.streams = streams;
    this.client = client;
    this.options = options;
    this.whenGone = whenGone;
  }

  /** Takes the client's input from now on; call before {@link #run}. */
  void listen() {
    client.whenGone(this::leave);
    input = Thread.startVirtualThread(this::pumpInput);
  }

  /**
   * Returns when the session is over.
   *
   * @return whether the program ended it
   */
  boolean run() throws InterruptedException {
    try (StandardStreams open = streams.get()) {
      return open != null && pumpOutput(open);
    } catch (CancellationException e) {
      // The client went away before there was anything to see.
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      endInputThread();
    }
  }

  /** The client may never say anything more, now that it has been told of the end. */
  private void endInputThread() {
    Thread thread = input;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Opens the container's log, to be followed until it says that the streams have ended. */
  interface LogOpener {
    ContainerLog.Reader open(End end) throws IOException;
  }

  /**
   * As {@link #run}, but with what was written before. All of it comes from the log, what is
   * written now as well: so nothing is missed or seen twice where the one ends and the other
   * begins. The streams are there for the input, and to tell the end.
   */
  void runFromLog(LogOpener log) throws InterruptedException {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        drain();
      } finally {
        ended.complete(null);
      }
    });
    try (ContainerLog.Reader reader = log.open(End.of(ended::isDone, () -> ended))) {
      hand(reader);
    } catch (IOException e) {
      throw new IllegalStateException("the log cannot be read", e);
    } finally {
      endInputThread();
      streams.thenAccept(open -> {
        if (open != null) {
          open.close();
        }
      });
    }
  }

  private void hand(ContainerLog.Reader reader) throws IOException, InterruptedException {
    for (int room = client.awaitRoom(); room > 0 && !left; room = client.awaitRoom()) {
      ByteBuffer output = reader.next(room);
      if (output == null || left || !client.output(output)) {
        return;
      }
    }
  }

  private void drain() {
    Frames unseen = new Frames(false, false, false);
    try {
      StandardStreams open = streams.get();
      while (open != null && open.read(unseen)) {
        // It is in the log.
      }
    } catch (IOException | CancellationException | ExecutionException e) {
      LOG.debug("the streams have ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the client typed the detach keys; known once the session is over. */
  boolean isDetached() {
    return detached;
  }

  private boolean pumpOutput(StandardStreams open) throws InterruptedException {
    Frames frames =
        new Frames(!options.tty && !client.takesRawOutput(), options.stdout, options.stderr);
    try {
      for (int room = client.awaitRoom(); room > 0; room = client.awaitRoom()) {
        frames.limit(room);
        if (!open.read(frames) || left) {
          return !left;
        }
        if (!frames.isEmpty() && !client.output(frames.take())) {
          return false;
        }
      }
      return false;
    } catch (IOException e) {
      if (!left) {
        throw new IllegalStateException("the standard streams broke off", e);
      }
      return false;
    }
  }

  private void pumpInput() {
    DetachScanner scanner = options.detachKeys.map(DetachScanner::new).orElse(null);
    try {
      // Input is taken even when nobody wants it, so that the client need not wait.
      boolean writable = options.stdin;
      byte[] data = client.stdin();
      while (data != null) {
        byte[] passed = scanner == null ? data : scanner.pass(data);
        if (passed == null) {
          detached = true;
          leave();
          return;
        }
        if (writable && passed.length > 0) {
          writable = write(passed);
        }
        data = client.stdin();
      }
      if (options.stdin) {
        endInput();
      }
    } catch (IOException e) {
      leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when there is nobody to write to any more. */
  private boolean write(byte[] data) throws InterruptedException {
    StandardStreams open = awaitStreams();
    if (open == null) {
      return false;
    }
    try {
      open.write(data, 0, data.length);
      return true;
    } catch (IOException e) {
      // The program has closed its standard input or has ended.
      return false;
    }
  }

  private void endInput() throws InterruptedException, IOException {
    StandardStreams open = awaitStreams();
    if (open == null) {
      return;
    }
    if (options.closeStdin) {
      open.closeStdin();
    } else {
      leave();
    }
  }

  private void leave() {
    left = true;
    whenGone.run();
    streams.whenComplete((open, failure) -> {
      if (open != null) {
        abandon(open);
      }
    });
  }

  /** A program that reads to the end of its input would else outlive its client for ever. */
  private void abandon(StandardStreams open) {
    try (open) {
      if (options.stdin && options.closeStdin) {
        open.closeStdin();
      }
    } catch (IOException e) {
      LOG.debug("the input has ended", e);
    }
  }

  private @Nullable StandardStreams awaitStreams() throws InterruptedException {
    try {
      return streams.get();
    } catch (CancellationException | ExecutionException e) {
      return null;
    }
  }
}
