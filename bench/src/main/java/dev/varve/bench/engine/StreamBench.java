package dev.varve.bench.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Measures what containers write and clients read: logs and attached streams, on each engine in
 * turn, round by round. Called by {@code bench/streams}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket} when there is one, {@code report}
 * (file to write), {@code rounds}, {@code megabytes} that a container writes, {@code line} (length
 * of its lines with their newlines).
 */
public final class StreamBench {
  /** In so many an engine that was just started compiles what it does. */
  private static final int FIRST = 100;

  private final List<Subject> engines = new ArrayList<>();
  private final int rounds = Integer.getInteger("rounds", 3);
  private final int megabytes = Integer.getInteger("megabytes", 200);
  private final int line = Integer.getInteger("line", 100);
  private final Table table = new Table("-");

  /** The containers whose logs are read, by engine. */
  private final Map<String, String> written = new HashMap<>();

  private StreamBench() {
    engines.add(new Subject("varve", Path.of(System.getProperty("varve.socket", ""))));
    Subject dockerd =
        new Subject("dockerd", Path.of(System.getProperty("dockerd.socket", "/nonexistent")));
    if (dockerd.isPresent()) {
      engines.add(dockerd);
    }
  }

  private interface EngineWork {
    void run(Subject engine, Timings timings) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    new StreamBench().measure();
  }

  private void measure() throws Exception {
    rate("container writes " + megabytes + " MB to its log", this::write);
    rate("docker logs of it", this::read);
    time("docker logs --tail 10 of it, the first " + FIRST, FIRST, this::tail);
    time("docker logs --tail 10 of it, then", 30 * rounds, this::tail);
    rate("docker run --rm that writes " + megabytes + " MB", this::attached);
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  private void rate(String work, EngineWork onEngine) throws Exception {
    double[] medians = medians(1, rounds, onEngine);
    table.row(work, "MB/s", megabytes * 1e3 / medians[0], megabytes * 1e3 / medians[1], Double.NaN);
  }

  private void time(String work, int passes, EngineWork onEngine) throws Exception {
    double[] medians = medians(0, passes, onEngine);
    table.row(work, "ms", medians[0], medians[1], Double.NaN);
  }

  /** In milliseconds: Varve's and dockerd's. */
  private double[] medians(int warmUp, int passes, EngineWork onEngine) throws Exception {
    List<Timings> timings = engines.stream().map(_ -> new Timings()).toList();
    for (int pass = 0; pass < warmUp; pass++) {
      for (Subject engine : engines) {
        onEngine.run(engine, new Timings());
      }
    }
    for (int pass = 0; pass < passes; pass++) {
      for (int i = 0; i < engines.size(); i++) {
        onEngine.run(engines.get(i), timings.get(i));
      }
    }
    return IntStream.range(0, 2)
        .mapToDouble(i -> i < timings.size() ? timings.get(i).median() : Double.NaN)
        .toArray();
  }

  private String[] writing() {
    String text = "x".repeat(line - 1);
    return new String[] {"sh", "-c", "yes " + text + " | head -c " + megabytes * 1_000_000L};
  }

  private void write(Subject engine, Timings timings) throws Exception {
    try (EngineClient client = engine.connect()) {
      String old = written.remove(engine.name());
      if (old != null) {
        client.remove(old);
      }
      String id = client.create(Subject.IMAGE, writing());
      timings.time(() -> {
        client.start(id);
        client.request("POST", "/containers/" + id + "/wait", "").require(200);
      });
      written.put(engine.name(), id);
    }
  }

  private void read(Subject engine, Timings timings) throws Exception {
    String id = logOf(engine);
    timings.time(() -> engine.cli("logs", id));
  }

  private void tail(Subject engine, Timings timings) throws Exception {
    String id = logOf(engine);
    timings.time(() -> engine.cli("logs", "--tail", "10", id));
  }

  private String logOf(Subject engine) {
    return Objects.requireNonNull(written.get(engine.name()), "nothing was written");
  }

  private void attached(Subject engine, Timings timings) throws Exception {
    String[] writing = writing();
    timings.time(
        () -> engine.cli("run", "--rm", Subject.IMAGE, writing[0], writing[1], writing[2]));
  }
}
