package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * {@code docker cp} of a large file in and out, on each engine in turn, round by round; and what it
 * costs Varve that a client watches the figures of each of many containers. Called by {@code
 * bench/copies}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code varve.pid} (the engine's
 * process), {@code work} (a directory to use), {@code report} (file to write), {@code rounds},
 * {@code watched} (containers; 0 for none).
 */
public final class CopyBench {
  private static final int MEGABYTES = 200;

  /**
   * Rounds before those that count: an engine's JVM has compiled what copies use after a gigabyte.
   */
  private static final int WARM_UP = 5;

  private static final int WATCH_SECONDS = 30;

  /** Until the JVM has compiled what runs once a second. */
  private static final int SETTLE_SECONDS = 60;

  private static final double TICKS_PER_SECOND = 100;

  private final int rounds = Integer.getInteger("rounds", 5);
  private final int watched = Integer.getInteger("watched", 200);
  private final Path work = Path.of(System.getProperty("work", ""));
  private final List<Engine> engines = new ArrayList<>();
  private final Table table = new Table("to reach");

  /** One engine, a container of it, and its timings by work. */
  private record Engine(Subject subject, String container, Map<String, Timings> timings) {
    void copy(String work, String from, String to) throws Exception {
      timings
          .computeIfAbsent(work, ignored -> new Timings())
          .time(() -> subject.cli("cp", "-q", from, to));
    }

    double megabytesPerSecond(String work) {
      Timings timing = timings.getOrDefault(work, new Timings());
      return MEGABYTES / (timing.median() / 1e3);
    }
  }

  private CopyBench() throws IOException {
    for (String name : List.of("varve", "dockerd")) {
      Subject subject =
          new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
      if (subject.isPresent()) {
        engines.add(new Engine(subject, subject.idle(), new HashMap<>()));
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    new CopyBench().measure();
  }

  private void measure() throws Exception {
    copies();
    if (watched > 0) {
      watch(engines.getFirst());
    }
    for (Engine engine : engines) {
      engine.subject.remove(List.of(engine.container));
    }
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  private void copies() throws Exception {
    Files.createDirectories(work);
    Path file = work.resolve("large");
    byte[] content = new byte[MEGABYTES * 1_000_000];
    new Random(1).nextBytes(content);
    Files.write(file, content);
    Path back = work.resolve("back");
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Engine engine : engines) {
        engine.copy("in", file.toString(), engine.container + ":/large");
        engine.copy("out", engine.container + ":/large", back.toString());
        if (Files.mismatch(file, back) >= 0) {
          throw new IllegalStateException(engine.subject.name() + " gave other bytes back");
        }
        Files.delete(back);
      }
      if (round < 0) {
        engines.forEach(engine -> engine.timings.clear());
      }
    }
    row("in", "≥ 1.2 x");
    row("out", "≥ 1.6 x");
  }

  private void row(String work, String reach) {
    double dockerd = engines.size() > 1 ? engines.getLast().megabytesPerSecond(work) : Double.NaN;
    table.row(
        "docker cp " + MEGABYTES + " MB " + work,
        "MB/s",
        engines.getFirst().megabytesPerSecond(work),
        dockerd,
        reach);
  }

  /** A connection for each container, as the docker CLI has it. */
  private void watch(Engine engine) throws Exception {
    List<String> ids = engine.subject.idle(watched);
    List<EngineClient> clients = new ArrayList<>();
    double idle = percentOfOneCore();
    for (String id : ids) {
      EngineClient client = engine.subject.connect();
      clients.add(client);
      Thread.ofVirtual().start(() -> client.drain("/containers/" + id + "/stats"));
    }
    Thread.sleep(SETTLE_SECONDS * 1000L);
    double busy = percentOfOneCore();
    for (EngineClient client : clients) {
      client.close();
    }
    table.row(
        "CPU of the engine, stats of " + watched + " containers",
        "% of one core",
        busy - idle,
        Double.NaN,
        "≤ 5 %");
    engine.subject.remove(ids);
  }

  private static double percentOfOneCore() throws IOException, InterruptedException {
    long before = ticks();
    Thread.sleep(WATCH_SECONDS * 1000L);
    return (ticks() - before) / TICKS_PER_SECOND / WATCH_SECONDS * 100;
  }

  /** Of user and kernel. */
  private static long ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc", System.getProperty("varve.pid"), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
