package dev.varve.bench.engine;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What engines take to build images by the classic API, each work on each engine in turn, round by
 * round. Called by {@code bench/build}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code work} (a directory to use),
 * {@code report} (file to write), {@code rounds}.
 */
public final class BuildBench {
  private static final String IMAGE = "bench/built:latest";
  private static final int LARGE_FILES = 4;
  private static final int LARGE_BYTES = 40 << 20;
  private static final int SMALL_FILES = 2000;
  private static final int SMALL_BYTES = 20 << 10;

  private final int rounds = Integer.getInteger("rounds", 5);
  private final Path work = Path.of(System.getProperty("work", ""));
  private final List<Engine> engines = new ArrayList<>();
  private final Table table = new Table("to reach");

  /** One engine and its timings by work. */
  private record Engine(Subject subject, Map<String, Timings> timings) {
    void time(String work, Timings.Work what) throws Exception {
      timings.computeIfAbsent(work, ignored -> new Timings()).time(what);
    }

    double median(String work) {
      Timings of = timings.get(work);
      return of == null ? Double.NaN : of.median();
    }

    void build(Path context, String... flags) throws Exception {
      List<String> arguments = new ArrayList<>(List.of("build", "-t", IMAGE));
      arguments.addAll(List.of(flags));
      arguments.add(context.toString());
      subject.cli(arguments.toArray(String[]::new));
    }

    void forget() throws Exception {
      subject.cli("rmi", IMAGE);
    }
  }

  private BuildBench() {
    add("varve");
    add("dockerd");
  }

  private void add(String name) {
    Subject subject =
        new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
    if (subject.isPresent()) {
      engines.add(new Engine(subject, new HashMap<>()));
    }
  }

  public static void main(String[] arguments) throws Exception {
    new BuildBench().measure();
  }

  private void measure() throws Exception {
    Path steps = context("steps", tenSteps());
    Path copy = largeContext();
    Path stages = context("stages", fourStages());
    for (int round = -1; round < rounds; round++) {
      for (Engine engine : engines) {
        engine.time("cold build of 10 steps", () -> engine.build(steps, "--no-cache"));
        engine.time("fully cached rebuild", () -> engine.build(steps));
        engine.forget();
        engine.time("COPY of a 200 MB context", () -> engine.build(copy, "--no-cache"));
        engine.forget();
      }
      if (round < 0) { // what is measured is a warm engine
        engines.forEach(engine -> engine.timings.clear());
      }
    }
    for (Engine engine : engines) {
      engine.time("four independent stages of 5 s each", () -> engine.build(stages, "--no-cache"));
      engine.forget();
    }
    row("cold build of 10 steps", "≤ 0.5 x");
    row("fully cached rebuild", "≤ 1 x");
    row("COPY of a 200 MB context", "≤ 0.6 x");
    row("four independent stages of 5 s each", "≤ 0.35 x");
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  /** With the FROM. */
  private static String tenSteps() {
    return """
    FROM busybox:latest
    ENV A=1 B=2
    WORKDIR /app
    COPY small /app/small
    RUN echo one > one
    RUN echo two > two
    RUN echo three > three
    RUN echo four > four
    COPY small /app/again
    CMD ["cat", "one"]
    """;
  }

  private static String fourStages() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append("FROM busybox:latest AS s%d%nRUN sleep 5; echo %d > /made%n".formatted(i, i));
    }
    text.append("FROM scratch\n");
    for (int i = 0; i < 4; i++) {
      text.append("COPY --from=s%d /made /made%d%n".formatted(i, i));
    }
    return text.toString();
  }

  private Path context(String name, String dockerfile) throws IOException {
    Path context = Files.createDirectories(work.resolve(name));
    Files.writeString(context.resolve("Dockerfile"), dockerfile);
    Files.writeString(context.resolve("small"), "small\n");
    return context;
  }

  private Path largeContext() throws IOException {
    Path context = context("large", "FROM busybox:latest\nCOPY . /data/\n");
    Random random = new Random(1);
    for (int i = 0; i < LARGE_FILES; i++) {
      write(context.resolve("large" + i), random, LARGE_BYTES);
    }
    Path small = Files.createDirectories(context.resolve("files"));
    for (int i = 0; i < SMALL_FILES; i++) {
      write(small.resolve("file" + i), random, SMALL_BYTES);
    }
    return context;
  }

  private static void write(Path file, Random random, int bytes) throws IOException {
    byte[] content = new byte[1 << 16];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int left = bytes; left > 0; left -= content.length) {
        random.nextBytes(content);
        out.write(content, 0, Math.min(left, content.length));
      }
    }
  }

  private void row(String work, String toReach) {
    double varve = engines.getFirst().median(work);
    double dockerd = engines.size() > 1 ? engines.getLast().median(work) : Double.NaN;
    table.row(work, "ms", varve, dockerd, toReach);
  }
}
