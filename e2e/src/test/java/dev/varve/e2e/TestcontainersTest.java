package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.e2e.testcontainers.SuiteMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Testcontainers for Java, started as its users start it, on the engine's own host. */
@EndToEnd
final class TestcontainersTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String REAPER = "reaper:test";

  @TempDir Path home;

  @BeforeEach
  void images(Engine engine) {
    engine.seed("--only", "postgres");
  }

  @AfterEach
  void nothingIsLeft(Docker docker) {
    // What may be taken up again is nobody's to remove but the user's.
    docker.removeContainers();
    List<String> left =
        Stream.of(
                docker.ok("network", "ls", "-q", "--filter", "type=custom"),
                docker.ok("volume", "ls", "-q"))
            .flatMap(String::lines)
            .toList();
    docker.ok("network", "prune", "-f");
    docker.ok("volume", "prune", "-af");
    assertThat(left).isEmpty();
  }

  @Test
  void passesWithoutItsReaper(Engine engine, Docker docker) {
    suite(engine, Map.of("TESTCONTAINERS_RYUK_DISABLED", "true"));
    assertThat(docker.ok("ps", "-aq", "--filter", "label=org.testcontainers.sessionId")).isEmpty();
  }

  @Test
  void passesWithAReaperThatTidiesUpAfterAKill(Engine engine, Docker docker) throws IOException {
    makeReaper(docker);
    suite(
        engine,
        Map.of(
            "TESTCONTAINERS_RYUK_CONTAINER_IMAGE",
            REAPER,
            // Where the reaper finds the engine's socket, which is not where Docker's would be.
            "TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE",
            engine.socket().toString()),
        "halt");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(docker.ok("ps", "-aq", "--filter", "label=org.testcontainers.sessionId"))
              .isEmpty();
          assertThat(docker.ok("ps", "-aq", "--filter", "ancestor=" + REAPER)).isEmpty();
        });
    docker.ok("rmi", REAPER);
  }

  private static void makeReaper(Docker docker) throws IOException {
    Path script = Files.createTempFile("reaper", ".pl");
    try (var in = TestcontainersTest.class.getResourceAsStream("reaper.pl")) {
      Files.write(script, in.readAllBytes());
      docker.ok("create", "--name", "reaper", "debian:bookworm", "true");
      docker.ok("cp", script.toString(), "reaper:/reaper.pl");
      docker.ok("commit", "-c", "CMD [\"perl\", \"/reaper.pl\"]", "reaper", REAPER);
      docker.ok("rm", "reaper");
    } finally {
      Files.delete(script);
    }
  }

  private void suite(Engine engine, Map<String, String> settings, String... arguments) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("DOCKER_HOST", "unix://" + engine.socket());
    environment.put("TESTCONTAINERS_REUSE_ENABLE", "true");
    environment.put("TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE", "busybox:latest");
    List<String> command = new ArrayList<>(engine.inside());
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    // No settings of the developer take part.
    command.add("-Duser.home=" + home);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SuiteMain.class.getName());
    command.addAll(List.of(arguments));
    assertThat(Shell.run(environment, "", PATIENCE, command).ok()).endsWith("15 passed");
  }
}
