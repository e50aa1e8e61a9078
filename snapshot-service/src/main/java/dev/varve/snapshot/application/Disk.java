package dev.varve.snapshot.application;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Has work that blocks in the kernel done by platform threads, while a virtual one waits for it.
 *
 * @param threads of these
 */
record Disk(Executor threads) {

  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  @FunctionalInterface
  interface Effect {
    void run() throws IOException;
  }

  <T> T get(Work<T> work) throws IOException {
    CompletableFuture<T> done =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.run();
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            threads);
    try {
      return done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  void run(Effect effect) throws IOException {
    boolean ignored =
        get(() -> {
          effect.run();
          return true;
        });
  }
}
