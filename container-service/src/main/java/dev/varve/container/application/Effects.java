package dev.varve.container.application;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jboss.logging.Logger;

/** Ways of running effects beside each other on virtual threads. */
final class Effects {
  private static final Logger LOG = Logger.getLogger(Effects.class);

  private Effects() {}

  /** An effect that somebody will {@link #join}. */
  static <T> FutureTask<T> begin(Callable<T> effect) {
    FutureTask<T> task = new FutureTask<>(effect);
    Thread.startVirtualThread(task);
    return task;
  }

  /** Waits for it; its failure is thrown as it was. */
  static <T> T join(FutureTask<T> effect) throws IOException, InterruptedException {
    try {
      return effect.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case InterruptedException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** An effect whose failure stops nothing: what it leaves behind is swept at the next start. */
  interface Cleaning {
    void run() throws IOException;
  }

  static void clean(String what, Cleaning cleaning) {
    try {
      cleaning.run();
    } catch (IOException | RuntimeException e) {
      LOG.warnf(e, "Left behind: %s", what);
    }
  }

  /** The same on a thread of its own. */
  static Thread beginCleaning(String what, Cleaning cleaning) {
    return Thread.startVirtualThread(() -> clean(what, cleaning));
  }
}
