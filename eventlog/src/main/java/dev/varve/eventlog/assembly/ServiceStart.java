package dev.varve.eventlog.assembly;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The start of one service beside those of the others in the same process: each waits for the log
 * and the database most of the time. A service begins in one observer of the application's start
 * and is awaited in a second, which comes after all have begun.
 */
public final class ServiceStart {
  /** Priority of the observer that begins; the one that awaits has none, and so comes later. */
  public static final int BEGIN = 1500;

  private final String name;
  private @Nullable FutureTask<Void> task;

  /**
   * @param name of the service, and of the thread that starts it
   */
  public ServiceStart(String name) {
    this.name = name;
  }

  /** What a service does to start. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  public synchronized void begin(Work work) {
    FutureTask<Void> begun =
        new FutureTask<>(() -> {
          work.run();
          return null;
        });
    task = begun;
    Thread.ofPlatform().name("start-" + name).daemon().start(begun);
  }

  /**
   * Returns when the service has started.
   *
   * @throws IllegalStateException with the cause when it could not
   */
  public void await() throws InterruptedException {
    FutureTask<Void> begun = present();
    if (begun != null) {
      try {
        begun.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the " + name + " service does not start", e.getCause());
      }
    }
  }

  /**
   * Returns when the start is over, however it ended: nothing may be closed that is being opened.
   */
  public void settle() {
    FutureTask<Void> begun = present();
    if (begun != null) {
      try {
        begun.get();
      } catch (ExecutionException e) {
        // Whoever awaited it has told.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized @Nullable FutureTask<Void> present() {
    return task;
  }
}
