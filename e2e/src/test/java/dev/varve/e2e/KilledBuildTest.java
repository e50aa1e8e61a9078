package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that was cut short by a crash is recorded as failed, and leaves nothing that runs. */
@EndToEnd
final class KilledBuildTest {
  /**
   * A point at which a build is killed, in an order in which one engine serves two of them: it
   * recovers from the one before, builds once to the end, and is killed in the next build.
   *
   * @param passed how often the build to the end passes there; that takes from the cache what was
   *     recorded before the crash
   */
  private record Point(String name, int passed) {
    String armed() {
      return name + ":" + (passed + 1);
    }
  }

  private static final List<Point> POINTS =
      List.of(
          new Point("image.build.started", 0),
          new Point("image.build.run-requested", 1),
          new Point("image.build.run-ended", 1),
          new Point("image.build.layer-committed", 1),
          new Point("image.build.step-recorded", 2),
          new Point("image.build.image-committed", 1));

  @TempDir Path directory;

  @Test
  void whatWasNotBuiltLeavesNothing(Engine engine, Docker docker) throws IOException {
    List<String> containers = containers(docker);
    engine.restartUntil(POINTS.getFirst().armed());
    boolean armed = true;
    try {
      for (Point point : POINTS) {
        Files.writeString(
            directory.resolve("Dockerfile"),
            "FROM busybox\nCOPY Dockerfile /d\nRUN echo "
                + point.name()
                + " > /kept; sleep 1\nENV A=1\n");
        var _ = docker.run("build", "-t", "killed:1", directory.toString());
        engine.awaitCrash();
        armed = point != POINTS.getLast();
        if (armed) {
          engine.upUntil(POINTS.get(POINTS.indexOf(point) + 1).armed());
        } else {
          engine.up();
        }
        await()
            .untilAsserted(
                () -> assertThat(containers(docker)).as(point.name()).isEqualTo(containers));
        assertThat(docker.run("inspect", "killed:1").exit()).as(point.name()).isNotZero();
        assertThat(contexts(engine)).as(point.name()).isEmpty();
        docker.ok("build", "-t", "killed:1", directory.toString());
        assertThat(docker.ok("run", "--rm", "killed:1", "cat", "/kept")).isEqualTo(point.name());
        docker.ok("rmi", "killed:1");
        docker.ok("builder", "prune", "-af");
      }
    } finally {
      if (armed) {
        engine.restart(); // other tests have this engine too
      }
    }
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
