package dev.varve.bench.engine;

import static dev.varve.bench.engine.Comparison.WARM_UP;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** How containers end: stopped, removed, many at once, and whole lives beside each other. */
final class EndRows {
  private static final int MANY = 50;
  private static final int AT_A_TIME = 8;
  private static final int LIVES = 10 * AT_A_TIME;

  private final Comparison comparison;

  EndRows(Comparison comparison) {
    this.comparison = comparison;
  }

  void measure() throws Exception {
    int rounds = comparison.rounds();
    comparison.time("HTTP stop t=0", rounds, WARM_UP, this::stop, this::bareEnd);
    comparison.time("HTTP rm -f of a running one", rounds, WARM_UP, this::remove, this::bareEnd);
    comparison.time("rm -f of 50 running at once", 3, 2, this::removeMany, this::bareEndOfMany);
    comparison.compare(
        "lifecycles, 8 at a time", Comparison.PER_SECOND, 5, 2, this::live, this::bareLives);
  }

  private void stop(Subject engine, Timings timings) throws Exception {
    String id = engine.idle();
    try (EngineClient client = engine.connect()) {
      client.request("GET", "/_ping", "").require(200);
      timings.time(
          () -> client.request("POST", "/containers/" + id + "/stop?t=0", "").require(204));
      client.remove(id);
    }
  }

  private void remove(Subject engine, Timings timings) throws Exception {
    String id = engine.idle();
    try (EngineClient client = engine.connect()) {
      client.request("GET", "/_ping", "").require(200);
      timings.time(() -> client.remove(id));
    }
  }

  private void bareEnd(Timings timings) throws Exception {
    comparison.crun().begin("bench-end");
    timings.time(() -> comparison.crun().end("bench-end"));
  }

  private void removeMany(Subject engine, Timings timings) throws Exception {
    List<String> ids = engine.idle(MANY);
    timings.time(() -> atOnce(MANY, i -> engine.remove(List.of(ids.get(i)))));
  }

  private void bareEndOfMany(Timings timings) throws Exception {
    BareCrun crun = comparison.crun();
    atOnce(MANY, i -> crun.begin("bench-end-" + i));
    timings.time(() -> atOnce(MANY, i -> crun.end("bench-end-" + i)));
  }

  private void live(Subject engine, Timings timings) throws Exception {
    timings.rate(LIVES, () -> atOnce(AT_A_TIME, _ -> lives(engine, LIVES / AT_A_TIME)));
  }

  private static void lives(Subject engine, int count) throws IOException {
    try (EngineClient client = engine.connect()) {
      for (int i = 0; i < count; i++) {
        String id = client.create(Subject.IMAGE, "true");
        client.start(id);
        client.request("POST", "/containers/" + id + "/wait", "").require(200);
        client.request("DELETE", "/containers/" + id, "").require(204);
      }
    }
  }

  private void bareLives(Timings timings) throws Exception {
    timings.rate(
        LIVES,
        () ->
            atOnce(
                AT_A_TIME,
                lane -> {
                  for (int i = 0; i < LIVES / AT_A_TIME; i++) {
                    comparison.crun().run("bench-life-" + lane);
                  }
                }));
  }

  /** Something to do, given which of all it is. */
  @FunctionalInterface
  private interface Numbered {
    void run(int number) throws Exception;
  }

  private static void atOnce(int count, Numbered work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      IntStream.range(0, count)
          .forEach(number ->
              all.add(
                  threads.submit(() -> {
                    work.run(number);
                    return number;
                  })));
      for (Future<Integer> one : all) {
        one.get();
      }
    }
  }
}
