package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.SolveRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One build as its client sees it: asked for by the outer call, done within the inner ones, and
 * over when the client returned a result. Any thread.
 */
final class Solve {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SolveRequest request;
  private final StatusFeed feed = new StatusFeed(PATIENCE);
  private final Vertices vertices;
  private final CompletableFuture<Map<String, String>> returned = new CompletableFuture<>();
  private volatile Map<String, String> result = Map.of();
  private volatile boolean over;

  Solve(SolveRequest request) {
    this.request = request;
    this.vertices = new Vertices(request.getRef(), feed, Clock.systemUTC());
  }

  SolveRequest request() {
    return request;
  }

  StatusFeed feed() {
    return feed;
  }

  Vertices vertices() {
    return vertices;
  }

  /**
   * The image is there.
   *
   * @param exported what the exporter says of it
   */
  void built(Map<String, String> exported) {
    result = exported;
  }

  /** The client has what it wanted. */
  void complete() {
    returned.complete(result);
  }

  void fail(StatusException cause) {
    returned.completeExceptionally(cause);
  }

  /** Waits for the client's last word, as long as the outer call lasts. */
  Map<String, String> await() throws InterruptedException, StatusException {
    Context.current().addListener(_ -> returned.cancel(false), Runnable::run);
    try {
      return returned.get();
    } catch (CancellationException e) {
      throw Status.CANCELLED.asException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e);
    }
  }

  boolean isOver() {
    return over;
  }

  /** Nothing more is told. */
  void end() {
    over = true;
    vertices.endAll("canceled");
    feed.end();
  }
}
