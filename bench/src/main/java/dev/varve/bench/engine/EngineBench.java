package dev.varve.bench.engine;

import static dev.varve.bench.engine.Comparison.WARM_UP;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is measured of containers, on each engine, in one table. Called by {@code
 * bench/run}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code varve.pids} (comma separated), {@code dockerd.socket}
 * and {@code dockerd.pid} when there is one, {@code crun.bundle}, {@code report} (file to write),
 * {@code rounds}, {@code rows} (names, blank for all), {@code varve.restart} and {@code
 * dockerd.restart} (programs, see {@link RestartRows}).
 */
public final class EngineBench {
  private static final int MANY = 50;
  private static final int IDLE = 10;

  /** The same for requests that take less than a millisecond. */
  private static final int WARM_UP_READS = 500;

  /** Varve first, then dockerd when there is one. */
  private final List<Subject> engines = new ArrayList<>();

  private final BareCrun crun = new BareCrun(Path.of(System.getProperty("crun.bundle", "")));
  private final int rounds = Integer.getInteger("rounds", 15);
  private final String rows = System.getProperty("rows", "");
  private final Table table = new Table("crun alone");
  private final Comparison comparison = new Comparison(engines, crun, rounds, table);

  private EngineBench() {
    engines.add(new Subject("varve", Path.of(System.getProperty("varve.socket", ""))));
    Subject dockerd =
        new Subject("dockerd", Path.of(System.getProperty("dockerd.socket", "/nonexistent")));
    if (dockerd.isPresent()) {
      engines.add(dockerd);
    }
  }

  public static void main(String[] arguments) throws Exception {
    new EngineBench().measure();
  }

  private void measure() throws Exception {
    if (wanted("single")) {
      single();
    }
    if (wanted("ends")) {
      new EndRows(comparison).measure();
    }
    if (wanted("restarts")) {
      new RestartRows(comparison, restarts()).measure();
    }
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  private boolean wanted(String rows) {
    return this.rows.isEmpty() || List.of(this.rows.split(",")).contains(rows);
  }

  private void single() throws Exception {
    comparison.time("docker run --rm busybox true", rounds, WARM_UP, this::cliRun, this::crunRun);
    comparison.time("HTTP create", rounds * 2, WARM_UP, this::create, null);
    comparison.time("HTTP start", rounds, WARM_UP, this::start, null);
    comparison.time("HTTP exec true", rounds * 2, 5 * WARM_UP, this::exec, null);
    comparison.time("HTTP ps (10 running)", rounds * 10, WARM_UP_READS, this::ps, null);
    comparison.time("HTTP inspect", rounds * 10, WARM_UP_READS, this::inspect, null);
    comparison.time(
        "50 concurrent create + start", 3, 3, this::many, t -> t.time(() -> crun.run(MANY)));
    memory();
    for (Subject engine : engines) {
      engine.remove(idle.getOrDefault(engine.name(), List.of()));
    }
  }

  private void cliRun(Subject engine, Timings timings) throws Exception {
    timings.time(() -> engine.cli("run", "--rm", Subject.IMAGE, "true"));
  }

  private void crunRun(Timings timings) throws Exception {
    timings.time(() -> crun.run("bench-one"));
  }

  private void create(Subject engine, Timings timings) throws Exception {
    List<String> ids = new ArrayList<>();
    try (EngineClient client = engine.connect()) {
      timings.time(() -> ids.add(client.create(Subject.IMAGE, "true")));
    }
    engine.remove(ids);
  }

  private void start(Subject engine, Timings timings) throws Exception {
    try (EngineClient client = engine.connect()) {
      String id = client.create(Subject.IMAGE, "sleep", "86400");
      timings.time(() -> client.start(id));
      client.remove(id);
    }
  }

  private void exec(Subject engine, Timings timings) throws Exception {
    String id = running(engine);
    timings.time(() -> EngineClient.exec(engine.socket(), id, "true"));
  }

  /** Ten that run, by the engine's name. */
  private final Map<String, List<String>> idle = new HashMap<>();

  private String running(Subject engine) throws Exception {
    List<String> ids = idle.get(engine.name());
    if (ids == null) {
      ids = engine.idle(IDLE);
      idle.put(engine.name(), ids);
    }
    return ids.getFirst();
  }

  private final Map<String, EngineClient> connections = new HashMap<>();

  /** Kept, as programs that ask often keep theirs. */
  private EngineClient connection(Subject engine) throws Exception {
    EngineClient client = connections.get(engine.name());
    if (client == null) {
      client = engine.connect();
      connections.put(engine.name(), client);
    }
    return client;
  }

  private void ps(Subject engine, Timings timings) throws Exception {
    running(engine);
    EngineClient client = connection(engine);
    timings.time(() -> client.request("GET", "/containers/json", "").require(200));
  }

  private void inspect(Subject engine, Timings timings) throws Exception {
    String id = running(engine);
    EngineClient client = connection(engine);
    timings.time(() -> client.request("GET", "/containers/" + id + "/json", "").require(200));
  }

  private void many(Subject engine, Timings timings) throws Exception {
    List<String> ids = new ArrayList<>();
    timings.time(() -> ids.addAll(engine.idle(MANY)));
    engine.remove(ids);
  }

  private void memory() throws Exception {
    List<Long> varve = pids("varve.pids");
    List<Long> dockerd = pids("dockerd.pid");
    double monitors = sum("conmon");
    double shims = sum("containerd-shim");
    table.row(
        "PSS of the engine's processes",
        "MiB",
        MemoryUse.ofTrees(varve),
        dockerd.isEmpty() ? Double.NaN : MemoryUse.ofTrees(dockerd),
        Double.NaN);
    table.row(
        "PSS of helpers per running container",
        "MiB",
        monitors / IDLE,
        dockerd.isEmpty() ? Double.NaN : shims / IDLE,
        Double.NaN);
  }

  private static Map<String, Path> restarts() {
    return Map.of(
        "varve", Path.of(System.getProperty("varve.restart", "")),
        "dockerd", Path.of(System.getProperty("dockerd.restart", "")));
  }

  private static double sum(String name) {
    try {
      double sum = 0;
      for (long pid : MemoryUse.named(name)) {
        sum += MemoryUse.of(pid);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Long> pids(String property) {
    String value = System.getProperty(property, "");
    return value.isBlank()
        ? List.of()
        : Arrays.stream(value.split(",")).map(Long::valueOf).toList();
  }
}
