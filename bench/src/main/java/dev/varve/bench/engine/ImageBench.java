package dev.varve.bench.engine;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * What engines do with images, each work on each engine in turn, round by round. Called by {@code
 * bench/images}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code varve.data} and {@code
 * dockerd.data} (where they keep images), {@code work} (a directory to use), {@code report} (file
 * to write), {@code rounds}, {@code many} (images and containers for system df), {@code works}
 * (comma separated; all when empty).
 */
public final class ImageBench {
  private static final String LARGE = "bench/large:latest";
  private static final int SOURCE_PORT = 5901;
  private static final int EMPTY_PORT = 5902;
  private static final int LAYERS = 50;
  private static final int RUNS_PER_ROUND = 10;
  private static final int WARM_UP = 5;
  private static final int AT_ONCE = 4;

  /** What an engine may keep of an image when its disk space counts as free. */
  private static final long REMAINDER = 1 << 20;

  private final int rounds = Integer.getInteger("rounds", 3);
  private final int many = Integer.getInteger("many", 500);
  private final Path work = Path.of(System.getProperty("work", ""));
  private final String works = System.getProperty("works", "");
  private final List<Engine> engines = new ArrayList<>();
  private final Table table = new Table("to reach");

  /** One engine, the directories that its images fill, and its timings by work. */
  private record Engine(Subject subject, List<Path> data, Map<String, Timings> timings) {
    void time(String work, Timings.Work what) throws Exception {
      timings.computeIfAbsent(work, ignored -> new Timings()).time(what);
    }

    void cli(String... arguments) throws Exception {
      subject.cli(arguments);
    }

    double median(String work) {
      Timings of = timings.get(work);
      return of == null ? Double.NaN : of.median();
    }
  }

  private ImageBench() {
    Path varve = Path.of(System.getProperty("varve.data", ""));
    add("varve", List.of(varve.resolve("content"), varve.resolve("snapshots")));
    Path dockerd = Path.of(System.getProperty("dockerd.data", "/nonexistent"));
    add("dockerd", List.of(dockerd.resolve("overlay2"), dockerd.resolve("image")));
  }

  private void add(String name, List<Path> data) {
    Subject subject =
        new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
    if (subject.isPresent()) {
      engines.add(new Engine(subject, data, new HashMap<>()));
    }
  }

  public static void main(String[] arguments) throws Exception {
    new ImageBench().measure();
  }

  private void measure() throws Exception {
    MadeImage made = new MadeImage(work);
    if (isWanted("transfer")) {
      transfer(made);
    }
    if (isWanted("layers")) {
      layers(made);
    }
    if (isWanted("df")) {
      diskUse();
    }
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  private boolean isWanted(String name) {
    return works.isEmpty() || List.of(works.split(",")).contains(name);
  }

  private void transfer(MadeImage made) throws Exception {
    Path archive = made.large(LARGE);
    try (RegistryProcess source = new RegistryProcess(work.resolve("source"), SOURCE_PORT)) {
      Engine first = engines.getFirst();
      first.cli("load", "-i", archive.toString());
      first.cli("tag", LARGE, source.name(LARGE));
      first.cli("push", source.name(LARGE));
      first.cli("rmi", LARGE, source.name(LARGE));
      for (int round = -1; round < rounds; round++) {
        for (Engine engine : engines) {
          transfer(engine, archive, source.name(LARGE));
        }
        if (round < 0) { // what is measured is a warm engine
          engines.forEach(engine -> engine.timings.clear());
        }
      }
    }
    row("pull, cold", "≤ 0.7 x");
    row("pull and run", "");
    row("load, cold", "≤ 0.7 x");
    row("load and run", "");
    row("push to an empty registry", "≤ 0.6 x");
    row("save", "≤ 0.6 x");
    row("rmi until answered", "≤ 0.1 x");
    row("rmi until the disk is free", "≤ 1 x");
    row("commit of a 100 MB change", "≤ 1 x");
  }

  private void transfer(Engine engine, Path archive, String remote) throws Exception {
    long before = DiskUse.bytes(engine.data);
    long begin = System.nanoTime();
    engine.time("pull, cold", () -> engine.cli("pull", remote));
    engine.cli("run", "--rm", remote, "true");
    engine.timings.computeIfAbsent("pull and run", ignored -> new Timings()).add(begin);
    remove(engine, remote, before);

    begin = System.nanoTime();
    engine.time("load, cold", () -> engine.cli("load", "-i", archive.toString()));
    engine.cli("run", "--rm", LARGE, "true");
    engine.timings.computeIfAbsent("load and run", ignored -> new Timings()).add(begin);
    try (RegistryProcess empty = new RegistryProcess(work.resolve("empty"), EMPTY_PORT)) {
      engine.cli("tag", LARGE, empty.name(LARGE));
      engine.time("push to an empty registry", () -> engine.cli("push", empty.name(LARGE)));
      engine.cli("rmi", empty.name(LARGE));
    }
    engine.time("save", () -> engine.cli("save", LARGE));
    commit(engine);
    remove(engine, LARGE, before);
  }

  private static void commit(Engine engine) throws Exception {
    String change = "cat /usr/lib/large/* /usr/share/data/* | head -c 104857600 >/tmp/change";
    engine.cli("run", "--name", "bench-commit", LARGE, "sh", "-c", change);
    engine.time(
        "commit of a 100 MB change", () -> engine.cli("commit", "bench-commit", "bench/changed"));
    engine.cli("rm", "bench-commit");
    engine.cli("rmi", "bench/changed");
  }

  /** Waits after the answer until the files are gone. */
  private static void remove(Engine engine, String image, long before) throws Exception {
    engine.time(
        "rmi until the disk is free",
        () -> {
          engine.time("rmi until answered", () -> engine.cli("rmi", image));
          while (DiskUse.bytes(engine.data) > before + REMAINDER) {
            Thread.onSpinWait();
          }
        });
  }

  private void layers(MadeImage made) throws Exception {
    Path one = made.layered("bench/one:latest", 1);
    Path fifty = made.layered("bench/fifty:latest", LAYERS);
    for (Engine engine : engines) {
      engine.cli("load", "-i", one.toString());
      engine.cli("load", "-i", fifty.toString());
    }
    for (int run = -WARM_UP; run < rounds * RUNS_PER_ROUND; run++) {
      for (Engine engine : engines) {
        engine.time("run of 1 layer", () -> engine.cli("run", "--rm", "bench/one", "true"));
        engine.time("run of 50 layers", () -> engine.cli("run", "--rm", "bench/fifty", "true"));
      }
      if (run < 0) {
        engines.forEach(
            engine -> engine.timings.keySet().removeIf(key -> key.startsWith("run of")));
      }
    }
    row("run of 1 layer", "");
    Engine varve = engines.getFirst();
    double ratio = varve.median("run of 50 layers") / varve.median("run of 1 layer");
    row("run of 50 layers", String.format(Locale.ROOT, "≤ 1.05 x of 1 layer: %.2f", ratio));
  }

  private void diskUse() throws Exception {
    String work = "system df, %d images and containers".formatted(many);
    for (Engine engine : engines) {
      try (EngineClient client = engine.subject.connect()) {
        if (client.request("GET", "/system/df", "").status() == 501) {
          continue;
        }
      }
      fill(engine);
      try (EngineClient client = engine.subject.connect()) {
        for (int run = 0; run < rounds * RUNS_PER_ROUND; run++) {
          engine.time(work, () -> client.request("GET", "/system/df", "").require(200));
        }
      }
    }
    boolean measured = engines.getFirst().timings.containsKey(work);
    row(work, measured ? "≤ 50 ms" : "≤ 50 ms; not measured, answers 501");
  }

  private void fill(Engine engine) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<String>> made =
          IntStream.range(0, many)
              .mapToObj(i -> threads.submit(() -> imageAndContainer(engine, i)))
              .toList();
      for (Future<String> one : made) {
        one.get();
      }
    }
  }

  private String imageAndContainer(Engine engine, int number) throws Exception {
    Path tree = Files.createTempFile(work, "tree", ".tar");
    byte[] content = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(tree)) {
      TarWriter tar = new TarWriter(out);
      tar.add(TarEntry.file("number", content.length), new ByteArrayInputStream(content));
      tar.finish();
    }
    String image = "bench/df:" + number;
    try {
      engine.cli("import", tree.toString(), image);
    } finally {
      Files.delete(tree);
    }
    try (EngineClient client = engine.subject.connect()) {
      return client.create(image, "number");
    }
  }

  private void row(String work, String toReach) {
    double varve = engines.getFirst().median(work);
    double dockerd = engines.size() > 1 ? engines.getLast().median(work) : Double.NaN;
    table.row(work, "ms", varve, dockerd, toReach);
  }
}
