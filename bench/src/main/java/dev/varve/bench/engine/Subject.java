package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** An engine under measurement: its name in the table and its socket. */
record Subject(String name, Path socket) {
  static final String IMAGE = "busybox:latest";

  /** The docker CLI against this engine; its output is discarded, a failure is an error. */
  void cli(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("docker", "-H", "unix://" + socket);
    builder.command().addAll(List.of(arguments));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          name + ": docker " + String.join(" ", arguments) + ": exit " + code);
    }
  }

  EngineClient connect() throws IOException {
    return new EngineClient(socket);
  }

  /** A running container that does nothing. */
  String idle() throws IOException {
    try (EngineClient client = connect()) {
      String id = client.create(IMAGE, "sleep", "86400");
      client.start(id);
      return id;
    }
  }

  /** Creates and starts that many at once, a connection each; returns when all have started. */
  List<String> idle(int count) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> started =
          IntStream.range(0, count).mapToObj(i -> threads.submit(() -> idle())).toList();
      List<String> ids = new ArrayList<>();
      for (Future<String> future : started) {
        ids.add(future.get());
      }
      return ids;
    }
  }

  void remove(List<String> ids) throws IOException {
    try (EngineClient client = connect()) {
      for (String id : ids) {
        client.remove(id);
      }
    }
  }

  boolean isPresent() {
    return Files.exists(socket);
  }
}
