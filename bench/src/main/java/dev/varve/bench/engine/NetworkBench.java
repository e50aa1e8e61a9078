package dev.varve.bench.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What networks cost and carry, each work on each engine in turn, round by round. Called by {@code
 * bench/networks}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code varve.namespace}, {@code
 * dockerd.namespace} (of the network, where an engine's ports are), {@code report} (file to write),
 * {@code rounds}.
 */
public final class NetworkBench {
  private static final int WARM_UP = 15;

  private final int rounds = Integer.getInteger("rounds", 15);
  private final List<Subject> engines = new ArrayList<>();
  private final Table table = new Table("to reach");

  private NetworkBench() {
    for (String name : List.of("varve", "dockerd")) {
      Subject engine =
          new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
      if (engine.isPresent()) {
        engines.add(engine);
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    new NetworkBench().measure();
  }

  private void measure() throws Exception {
    runs();
    try (PortRows ports = new PortRows(engines)) {
      row("into a port from loopback", "Gbit/s", ports.throughput(), "1.6 x");
      row("new connections to it", "/s", ports.connections(), "1.7 x");
    }
    LookupRows.Medians lookups = LookupRows.medians(engines);
    row("name lookup", "ms", lookups.nowAndThen(), "1 x");
    row("name lookups, one after the other", "ms", lookups.oneAfterTheOther(), "1 x");
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  /** Runs on no network, on the bridge, and with a port, one after the other. */
  private void runs() throws Exception {
    List<Timings> alone = timings();
    List<Timings> bridged = timings();
    List<Timings> published = timings();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (int i = 0; i < engines.size(); i++) {
        Subject engine = engines.get(i);
        boolean counts = round >= 0;
        run(engine, counts ? alone.get(i) : new Timings(), "--network", "none");
        run(engine, counts ? bridged.get(i) : new Timings());
        run(engine, counts ? published.get(i) : new Timings(), "-p", "18000:80");
      }
    }
    row("run --rm --network none true", "ms", medians(alone), "-");
    row("run --rm true", "ms", medians(bridged), "-");
    row("what the bridge adds", "ms", differences(bridged, alone), "15 ms");
    row("run --rm -p 18000:80 true", "ms", medians(published), "-");
    row("what the port adds", "ms", differences(published, bridged), "10 ms");
  }

  private static void run(Subject engine, Timings timings, String... flags) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "--rm"));
    arguments.addAll(List.of(flags));
    arguments.addAll(List.of(Subject.IMAGE, "true"));
    timings.time(() -> engine.cli(arguments.toArray(String[]::new)));
  }

  private List<Timings> timings() {
    return engines.stream().map(_ -> new Timings()).toList();
  }

  private static List<Double> medians(List<Timings> timings) {
    return timings.stream().map(Timings::median).toList();
  }

  private static List<Double> differences(List<Timings> more, List<Timings> less) {
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < more.size(); i++) {
      differences.add(more.get(i).median() - less.get(i).median());
    }
    return differences;
  }

  private void row(String work, String unit, List<Double> values, String toReach) {
    table.row(
        work, unit, values.getFirst(), values.size() > 1 ? values.getLast() : Double.NaN, toReach);
  }
}
