package dev.varve.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The real docker CLI against one engine. */
final class Docker {
  static {
    // Waiting costs nothing where a condition comes true, and a machine may have much else to do.
    Awaitility.setDefaultTimeout(Shell.PATIENCE);
  }

  private final Map<String, String> environment;

  Docker(String host) {
    // No login, context or plugin of the developer takes part.
    this.environment =
        new HashMap<>(
            Map.of("DOCKER_HOST", host, "DOCKER_CONTEXT", "", "DOCKER_CONFIG", "/nonexistent"));
  }

  /** The same engine, with logins kept in a directory. */
  Docker withConfig(Path directory) {
    Docker other = new Docker(environment.get("DOCKER_HOST"));
    other.environment.put("DOCKER_CONFIG", directory.toString());
    return other;
  }

  /** Runs to its end, whatever that is. */
  Shell.Result run(String... arguments) {
    return with("", arguments);
  }

  /** As {@link #run}, and it must succeed. */
  String ok(String... arguments) {
    return run(arguments).ok();
  }

  /** As {@link #run}, for what takes longer than one would wait for anything else. */
  Shell.Result patiently(Duration patience, String... arguments) {
    return Shell.run(environment, "", patience, command(arguments));
  }

  /** With that text as standard input. */
  Shell.Result with(String input, String... arguments) {
    return Shell.run(environment, input, command(arguments));
  }

  /** A whole command line, with a shell's quotes. */
  Shell.Result shell(String line) {
    return Shell.run(environment, "", List.of("sh", "-c", line));
  }

  /** In a terminal of its own, beside the test. */
  Terminal terminal(String... arguments) {
    return new Terminal(environment, command(arguments));
  }

  /** One value of {@code docker inspect}. */
  String inspect(String template, String name) {
    return ok("inspect", "--format", template, name);
  }

  void removeContainers() {
    List<String> ids = ok("ps", "-aq").lines().toList();
    if (!ids.isEmpty()) {
      ok(Stream.concat(Stream.of("rm", "-fv"), ids.stream()).toArray(String[]::new));
    }
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return command;
  }
}
