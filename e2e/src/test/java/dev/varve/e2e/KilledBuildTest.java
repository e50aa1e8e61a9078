package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A build that was cut short by a crash is recorded as failed, and leaves nothing that runs. */
@EndToEnd
final class KilledBuildTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image.build.started",
        "image.build.run-requested",
        "image.build.run-ended",
        "image.build.layer-committed",
        "image.build.step-recorded",
        "image.build.image-committed"
      })
  void whatWasNotBuiltLeavesNothing(String point, Engine engine, Docker docker) throws IOException {
    Files.writeString(
        directory.resolve("Dockerfile"),
        "FROM busybox\nCOPY Dockerfile /d\nRUN echo " + point + " > /kept; sleep 1\nENV A=1\n");
    List<String> containers = containers(docker);
    engine.restartUntil(point);
    var _ = docker.run("build", "-t", "killed:1", directory.toString());
    engine.awaitCrash();
    engine.up();
    await().untilAsserted(() -> assertThat(containers(docker)).isEqualTo(containers));
    assertThat(docker.run("inspect", "killed:1").exit()).isNotZero();
    assertThat(contexts(engine)).isEmpty();
    docker.ok("build", "-t", "killed:1", directory.toString());
    assertThat(docker.ok("run", "--rm", "killed:1", "cat", "/kept")).isEqualTo(point);
    docker.ok("rmi", "killed:1");
    docker.ok("builder", "prune", "-af");
  }

  private static List<String> containers(Docker docker) {
    return docker.ok("ps", "-aq", "--no-trunc").lines().sorted().toList();
  }

  private static List<Path> contexts(Engine engine) throws IOException {
    try (Stream<Path> files = Files.list(engine.root().resolve("build"))) {
      return files.toList();
    }
  }
}
