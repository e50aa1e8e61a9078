package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.PreparedExec;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.HealthRules;
import dev.varve.container.domain.HealthRules.Probe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the commands of health checks: execs that the log does not know. What an engine that died
 * left of them is swept at the next start, as all execs that were not recorded.
 */
final class HealthProbe {
  private static final int MOST_OUTPUT = 4096;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Engine engine;
  private final Ids ids;
  private final Links links;
  private final Map<String, CompletableFuture<Exit>> running = new ConcurrentHashMap<>();

  HealthProbe(Engine engine, Ids ids) {
    this.engine = engine;
    this.ids = ids;
    this.links = new Links(engine);
  }

  /** An exec's end was reported; true when it was a probe's. */
  boolean ended(String execId, Exit exit) {
    CompletableFuture<Exit> waiting = running.get(execId);
    return waiting != null && waiting.complete(exit);
  }

  /** Takes as long as the probe, or its time-out; whatever goes wrong is its result. */
  Probe run(Container it, ContainerSpec.HealthCheck check) throws InterruptedException {
    Instant start = engine.clock().instant();
    String execId = ids.next();
    CompletableFuture<Exit> end = new CompletableFuture<>();
    running.put(execId, end);
    try (PreparedExec prepared = engine.runtime().prepareExec(request(it, execId))) {
      return finish(prepared.run(), end, start, HealthRules.timeout(check));
    } catch (IOException | RuntimeException e) {
      return probe(start, HealthRules.NO_EXIT_CODE, String.valueOf(e.getMessage()));
    } finally {
      running.remove(execId);
      Effects.clean("probe " + execId, () -> engine.runtime().deleteExec(it.id(), execId));
    }
  }

  private Probe finish(
      ExecHandle handle, CompletableFuture<Exit> end, Instant start, Duration timeout)
      throws IOException, InterruptedException {
    StandardStreams streams = handle.streams().orElseThrow(() -> new IOException("no streams"));
    Output output = new Output();
    try (streams) {
      FutureTask<Boolean> reading = Effects.begin(() -> output.takeAll(streams));
      try {
        Exit exit = end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        awaitLastWords(reading);
        return probe(start, exit.exitCode(), output.text());
      } catch (TimeoutException e) {
        return probe(start, HealthRules.NO_EXIT_CODE, HealthRules.tooLong(timeout, output.text()));
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A process that the probe left behind may hold its output open. */
  private static void awaitLastWords(FutureTask<Boolean> reading)
      throws InterruptedException, ExecutionException {
    try {
      var _ = reading.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // What it has said so far is enough.
    }
  }

  private Probe probe(Instant start, int exitCode, String output) {
    return new Probe(start, engine.clock().instant(), exitCode, output);
  }

  private ExecRequest request(Container it, String execId) {
    ContainerSpec spec = it.spec();
    return new ExecRequest(
        execId,
        it.id(),
        spec,
        links.environment(it),
        Path.of(engine.roots().rootPath(it.id())),
        HealthRules.command(spec),
        List.of(),
        spec.process().workingDir(),
        spec.process().user(),
        false,
        false,
        false,
        0,
        0);
  }

  /** The beginning of what a probe says, both streams together. */
  private static final class Output {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean truncated;

    boolean takeAll(StandardStreams streams) throws IOException, InterruptedException {
      Frames unframed = new Frames(false, true, true);
      while (streams.read(unframed)) {
        take(unframed.take());
      }
      return true;
    }

    private synchronized void take(ByteBuffer data) {
      int keep = Math.min(data.remaining(), MOST_OUTPUT - kept.size());
      kept.write(data.array(), data.arrayOffset() + data.position(), keep);
      truncated |= keep < data.remaining();
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8) + (truncated ? "..." : "");
    }
  }
}
