package dev.varve.eventlog.adapter.reactive;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogUnavailableException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One channel: takes changes from the folding thread and hands them on, one after the other. */
final class Delivery {
  private static final Logger LOG = Logger.getLogger(Delivery.class);
  private static final int REMARKABLE = 10_000;

  private final String channel;
  private final int attempts;
  private final Duration firstPause;
  private final Consumer<Message<?>> downstream;
  private final BlockingQueue<Change<?, ?>> waiting = new LinkedBlockingQueue<>();
  private volatile @Nullable Thread thread;
  private volatile boolean stopped;

  Delivery(String channel, int attempts, Duration firstPause, Consumer<Message<?>> downstream) {
    this.channel = channel;
    this.attempts = attempts;
    this.firstPause = firstPause;
    this.downstream = downstream;
  }

  void from(LedgerRegistry.Registered source) {
    listen(source.ledger());
    thread =
        Thread.ofVirtual().name("channel-" + channel).start(() -> deliverAll(source.deadLetters()));
  }

  void stop() {
    stopped = true;
    Thread delivering = thread;
    if (delivering != null) {
      delivering.interrupt();
    }
  }

  private <S, E> void listen(Ledger<S, E> ledger) {
    ledger.listen(change -> {
      if (ledger.isCaughtUp() && !stopped) {
        waiting.add(change);
        int count = waiting.size(); // 0 when it was taken at once
        if (count > 0 && count % REMARKABLE == 0) {
          LOG.warnf("Channel %s: %d changes wait", channel, count);
        }
      }
    });
  }

  private void deliverAll(DeadLetters deadLetters) {
    try {
      while (!stopped) {
        deliver(waiting.take(), deadLetters);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped
    }
  }

  private void deliver(Change<?, ?> change, DeadLetters deadLetters) throws InterruptedException {
    Duration pause = firstPause;
    int attempt = 1;
    while (true) {
      try {
        handle(change).get();
        return;
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (isOfLog(cause)) {
          // That says nothing about the change: it waits for the log as long as it takes.
          LOG.warnf("Channel %s: %s waits: %s", channel, change.event().position(), cause);
          Thread.sleep(firstPause);
          continue;
        }
        if (attempt >= attempts) {
          LOG.errorf(cause, "Channel %s gives up %s", channel, change.event().position());
          deadLetters.put(change, channel, String.valueOf(cause), attempt);
          return;
        }
        LOG.warnf(
            "Channel %s: %s failed at attempt %d and is tried again: %s",
            channel, change.event().position(), attempt, cause);
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
        attempt++;
      }
    }
  }

  private static boolean isOfLog(Throwable failure) {
    return failure instanceof LogUnavailableException
        || failure.getCause() != null && isOfLog(failure.getCause());
  }

  /** Completes when the message was acknowledged, fails when it was refused. */
  private CompletableFuture<?> handle(Change<?, ?> change) {
    CompletableFuture<@Nullable Void> handled = new CompletableFuture<>();
    try {
      downstream.accept(
          Message.of(
              change,
              () -> {
                handled.complete(null);
                return done();
              },
              failure -> {
                handled.completeExceptionally(failure);
                return done();
              }));
    } catch (RuntimeException e) {
      handled.completeExceptionally(e);
    }
    return handled;
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
