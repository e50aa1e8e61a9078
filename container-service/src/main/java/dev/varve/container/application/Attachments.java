package dev.varve.container.application;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings clients that attach and runs together: who attaches before the start gets the streams
 * opened between the runtime's create and start, and so misses no output.
 */
public final class Attachments {
  private final ContainerRuntime runtime;
  private final Map<String, List<CompletableFuture<@Nullable StandardStreams>>> waiting =
      new HashMap<>();
  private final Set<String> open = new HashSet<>();

  public Attachments(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The streams of the present run, or else of the next one.
   *
   * @return completes with null when the start fails or the container is removed; cancel it to stop
   *     waiting
   */
  public CompletableFuture<@Nullable StandardStreams> attach(String containerId)
      throws IOException {
    CompletableFuture<@Nullable StandardStreams> streams = new CompletableFuture<>();
    synchronized (this) {
      if (!open.contains(containerId)) {
        waiting.computeIfAbsent(containerId, _ -> new ArrayList<>()).add(streams);
        return streams;
      }
    }
    streams.complete(runtime.openStreams(containerId));
    return streams;
  }

  /** A client that waited has gone. */
  public synchronized void forget(
      String containerId, CompletableFuture<@Nullable StandardStreams> streams) {
    waiting.computeIfPresent(
        containerId,
        (_, all) -> {
          all.remove(streams);
          return all.isEmpty() ? null : all;
        });
    streams.cancel(false);
  }

  /** The runtime has created the container: its streams can be opened, and are, for all waiting. */
  void opened(String containerId) throws IOException {
    List<CompletableFuture<@Nullable StandardStreams>> clients;
    synchronized (this) {
      open.add(containerId);
      List<CompletableFuture<@Nullable StandardStreams>> present = waiting.remove(containerId);
      clients = present == null ? List.of() : present;
    }
    for (CompletableFuture<@Nullable StandardStreams> client : clients) {
      StandardStreams streams = runtime.openStreams(containerId);
      if (!client.complete(streams)) {
        streams.close();
      }
    }
  }

  /** A run was found going on at the service's start. */
  synchronized void foundRunning(String containerId) {
    open.add(containerId);
  }

  /** The run is over: who attaches from now on waits for the next one. */
  synchronized void closed(String containerId) {
    open.remove(containerId);
  }

  /** There will be no run to wait for: the start failed, or the container is gone. */
  void abandoned(String containerId) {
    List<CompletableFuture<@Nullable StandardStreams>> clients;
    synchronized (this) {
      open.remove(containerId);
      List<CompletableFuture<@Nullable StandardStreams>> present = waiting.remove(containerId);
      clients = present == null ? List.of() : present;
    }
    clients.forEach(client -> client.complete(null));
  }
}
