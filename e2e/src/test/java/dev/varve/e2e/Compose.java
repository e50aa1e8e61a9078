package dev.varve.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** docker compose for one project on one engine, in one of its two forms. */
final class Compose {
  /** Where {@code ./varve test} puts them. */
  private static final Path PROGRAMS =
      Path.of("").toAbsolutePath().getParent().resolve("target/compose");

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String version;
  private final Map<String, String> environment;
  private final List<String> words;

  /**
   * @param version {@code 1} for the program in Python, {@code 2} for the one in Go
   * @param directory with a {@code compose.yml}, whose name is the project's
   */
  Compose(String version, Engine engine, Path directory) {
    Path program = PROGRAMS.resolve("docker-compose-" + version);
    if (!Files.isExecutable(program)) {
      throw new AssertionError("'./varve test e2e' fetches " + program);
    }
    this.version = version;
    this.environment =
        Map.of("DOCKER_HOST", "unix://" + engine.socket(), "DOCKER_CONFIG", "/nonexistent");
    this.words =
        List.of(
            program.toString(),
            "-f",
            directory.resolve("compose.yml").toString(),
            "-p",
            directory.getFileName().toString());
  }

  private Compose(String version, Map<String, String> environment, List<String> words) {
    this.version = version;
    this.environment = environment;
    this.words = words;
  }

  /** The same, which builds by the classic API. */
  Compose classic() {
    Map<String, String> more = new HashMap<>(environment);
    more.put("DOCKER_BUILDKIT", "0");
    return new Compose(version, more, words);
  }

  boolean isFirst() {
    return version.equals("1");
  }

  Shell.Result run(String... arguments) {
    List<String> command = new ArrayList<>(words);
    command.addAll(List.of(arguments));
    return Shell.run(environment, "", PATIENCE, command);
  }

  /** As {@link #run}, and it must succeed. */
  String ok(String... arguments) {
    return run(arguments).ok();
  }

  /** The running containers of a service, by id. */
  Set<String> running(String service) {
    return new TreeSet<>(ok("ps", "-q", service).lines().toList());
  }
}
