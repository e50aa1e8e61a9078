package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code docker compose} with ten services, each on their network, every other one with a volume,
 * and three with a published port, on each engine in turn, round by round. Called by {@code
 * bench/compose}, which starts the engines.
 *
 * <p>Properties: {@code varve.socket}, {@code dockerd.socket}, {@code compose} (the program),
 * {@code work} (a directory to use), {@code report} (file to write), {@code rounds}.
 */
public final class ComposeBench {
  private static final int SERVICES = 10;
  private static final int WARM_UP = 3;
  private static final int PORTS = 18_200;
  private static final String TO_REACH = "0.4 x";

  private final int rounds = Integer.getInteger("rounds", 7);
  private final Path work = Path.of(System.getProperty("work", ""));
  private final List<Project> projects = new ArrayList<>();
  private final Table table = new Table("to reach");

  /** The services on one engine, and what they took. */
  private record Project(Subject engine, Path file, Timings up, Timings again, Timings down) {
    Project(Subject engine, Path file) {
      this(engine, file, new Timings(), new Timings(), new Timings());
    }

    void upAndDown() throws Exception {
      up.time(() -> compose("up", "-d"));
      again.time(() -> compose("up", "-d"));
      down.time(() -> compose("down", "-v", "-t", "0"));
    }

    private void compose(String... arguments) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.addAll(List.of(System.getProperty("compose"), "-f", file.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("DOCKER_HOST", "unix://" + engine.socket());
      Path log = file.resolveSibling("log");
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      if (builder.start().waitFor() != 0) {
        throw new IllegalStateException(
            engine.name() + ": " + String.join(" ", command) + ": " + Files.readString(log));
      }
    }
  }

  private ComposeBench() throws IOException {
    for (String name : List.of("varve", "dockerd")) {
      Subject engine =
          new Subject(name, Path.of(System.getProperty(name + ".socket", "/nonexistent")));
      if (engine.isPresent()) {
        Path directory = Files.createDirectories(work.resolve(name));
        Path file = directory.resolve("compose.yml");
        Files.writeString(file, services(PORTS + SERVICES * projects.size()));
        projects.add(new Project(engine, file));
      }
    }
  }

  private static String services(int ports) {
    StringBuilder yaml = new StringBuilder("name: ten\nservices:\n");
    StringBuilder volumes = new StringBuilder("volumes:\n");
    for (int i = 0; i < SERVICES; i++) {
      yaml.append("  s%d:\n    image: %s\n    command: sleep 86400\n".formatted(i, Subject.IMAGE));
      if (i % 2 == 0) {
        yaml.append("    volumes: [\"v%d:/data\"]\n".formatted(i));
        volumes.append("  v%d:\n".formatted(i));
      }
      if (i < 3) {
        yaml.append("    ports: [\"%d:80\"]\n".formatted(ports + i));
      }
    }
    return yaml.append(volumes).toString();
  }

  public static void main(String[] arguments) throws Exception {
    new ComposeBench().measure();
  }

  private void measure() throws Exception {
    for (Project project : projects) {
      Project warmUp = new Project(project.engine, project.file);
      for (int pass = 0; pass < WARM_UP; pass++) {
        warmUp.upAndDown();
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Project project : projects) {
        project.upAndDown();
      }
    }
    row("compose up -d of 10 services", projects.stream().map(Project::up).toList());
    row("compose up -d, nothing changed", projects.stream().map(Project::again).toList());
    row("compose down -v -t 0", projects.stream().map(Project::down).toList());
    String report = System.getProperty("report");
    if (report != null) {
      Files.writeString(Path.of(report), table.toString());
    }
  }

  private void row(String what, List<Timings> timings) {
    table.row(
        what,
        Comparison.MILLISECONDS,
        timings.getFirst().median(),
        timings.size() > 1 ? timings.getLast().median() : Double.NaN,
        TO_REACH);
  }
}
