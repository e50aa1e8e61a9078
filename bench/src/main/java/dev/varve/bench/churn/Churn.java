package dev.varve.bench.churn;

import dev.varve.bench.engine.EngineClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Containers come, work and go, in some loops beside each other, for as long as asked. At the end,
 * and some times before, the loops rest, and what there is on the machine is compared with what
 * there was at their beginning: nothing may be left. The engine's own use may grow a little while
 * it warms up, in the first part of the time, and not afterwards.
 *
 * <p>Properties: {@code varve.socket}, {@code varve.root}, {@code varve.run}, {@code varve.prefix},
 * {@code minutes}, {@code loops}. Ends with 1 when something was left behind.
 */
public final class Churn {
  private static final int LOOKS = 6;
  private static final Duration CALM = Duration.ofSeconds(30);
  private static final int CALM_POLL_MS = 250;

  /** What may be more at the end than after the first part, by kind; of all other kinds nothing. */
  private static final Map<String, Long> ALLOWANCE =
      Map.of(Traces.HEAP, 8L, Traces.RESIDENT, 48L, Traces.THREADS, 12L, Traces.DESCRIPTORS, 24L);

  private final Path socket = Path.of(System.getProperty("varve.socket"));
  private final Path root = Path.of(System.getProperty("varve.root"));
  private final Path run = Path.of(System.getProperty("varve.run"));
  private final String prefix = System.getProperty("varve.prefix");
  private final int loops = Integer.getInteger("loops", 5);
  private final Duration length = Duration.ofMinutes(Integer.getInteger("minutes", 30));
  private final AtomicLong lives = new AtomicLong();

  private Churn() {}

  public static void main(String[] arguments) throws Exception {
    List<String> leaks = new Churn().run();
    leaks.forEach(leak -> System.out.println("LEFT BEHIND: " + leak));
    System.out.println(leaks.isEmpty() ? "nothing was left behind" : "failed");
    System.exit(leaks.isEmpty() ? 0 : 1);
  }

  private List<String> run() throws Exception {
    // What is made once and kept, as the pool of namespaces, is made.
    work(Duration.ofSeconds(5));
    Thread.sleep(Duration.ofSeconds(2));
    Traces first = look();
    report(first);
    Traces warm = first;
    Traces last = first;
    for (int part = 0; part < LOOKS; part++) {
      work(length.dividedBy(LOOKS));
      last = calm(first);
      report(last);
      if (part == 0) {
        warm = last;
      }
    }
    return compare(first, warm, last);
  }

  private void report(Traces traces) {
    System.out.printf("%6d lives: %s%n", lives.get(), traces);
  }

  /** Cleaning goes on behind the answers: looks until nothing is left, or for long enough. */
  private Traces calm(Traces first) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CALM.toNanos();
    Traces now = look();
    while (!compare(first, now, now).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(CALM_POLL_MS);
      now = look();
    }
    return now;
  }

  private static List<String> compare(Traces first, Traces warm, Traces last) {
    List<String> leaks = new ArrayList<>();
    last.counts()
        .forEach((kind, count) -> {
          Long allowed = ALLOWANCE.get(kind);
          long before = (allowed == null ? first : warm).counts().getOrDefault(kind, 0L);
          if (count > before + (allowed == null ? 0 : allowed)) {
            leaks.add(kind + ": " + before + " before, " + count + " after");
          }
        });
    return leaks;
  }

  private Traces look() throws IOException, InterruptedException {
    String record = Files.readString(run.resolve("processes/engine"));
    Path javaHome = Path.of(System.getProperty("java.home"));
    return Traces.look(root, run, prefix, Long.parseLong(record.split(" ")[0]), javaHome);
  }

  private void work(Duration time) throws ExecutionException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int loop = 0; loop < loops; loop++) {
        all.add(
            threads.submit(() -> {
              while (System.nanoTime() < end) {
                live(Math.toIntExact(lives.getAndIncrement() % 4));
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  /** One container's life; it ends in one of four ways. */
  private void live(int way) throws IOException {
    try (EngineClient client = new EngineClient(socket)) {
      String id =
          way == 0 ? client.create("busybox", "true") : client.create("busybox", "sleep", "600");
      client.start(id);
      if (way != 0) {
        EngineClient.exec(socket, id, "echo", "here");
        client.request("GET", "/containers/" + id + "/json", "").require(200);
      }
      switch (way) {
        case 0 -> client.request("POST", "/containers/" + id + "/wait", "").require(200);
        case 1 -> client.request("POST", "/containers/" + id + "/stop?t=0", "").require(204);
        case 2 -> client.request("POST", "/containers/" + id + "/kill", "").require(204);
        default -> {
          // Removed as it runs.
        }
      }
      client.request("GET", "/containers/" + id + "/logs?stdout=1", "").require(200);
      client.remove(id);
    }
  }
}
