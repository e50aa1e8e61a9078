package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The floor: crun alone, no engine, log or network, on a prepared bundle whose program is {@code
 * true}.
 */
record BareCrun(Path bundle) {

  boolean isPresent() {
    return Files.exists(bundle.resolve("config.json"));
  }

  void run(String id) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("crun", "run", "--bundle", bundle.toString(), id)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("crun run failed");
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
