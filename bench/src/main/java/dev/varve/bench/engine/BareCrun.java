package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The floor: crun alone, no engine, log or network, on a prepared bundle whose program is {@code
 * true} or, by {@code idle.json}, one that only waits.
 */
record BareCrun(Path bundle) {

  boolean isPresent() {
    return Files.exists(bundle.resolve("config.json"));
  }

  void run(String id) throws IOException, InterruptedException {
    crun("run", "--bundle", bundle.toString(), id);
  }

  /** Starts one that does nothing, for {@link #end}. */
  void begin(String id) throws IOException, InterruptedException {
    String idle = bundle.resolve("idle.json").toString();
    crun("run", "--detach", "--config", idle, "--bundle", bundle.toString(), id);
  }

  void end(String id) throws IOException, InterruptedException {
    crun("delete", "--force", id);
  }

  private static void crun(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("crun");
    builder.command().addAll(List.of(arguments));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    if (builder.start().waitFor() != 0) {
      throw new IllegalStateException("failed: " + String.join(" ", builder.command()));
    }
  }

  void run(int count) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, count)
              .mapToObj(i ->
                  threads.submit(() -> {
                    run("bench-many-" + i);
                    return i;
                  }))
              .toList();
      for (Future<Integer> one : all) {
        one.get();
      }
    }
  }
}
