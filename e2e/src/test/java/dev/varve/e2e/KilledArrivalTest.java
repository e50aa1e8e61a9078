package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image whose arrival was cut short by a crash is there as a whole, or nothing of it is. */
@EndToEnd
final class KilledArrivalTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"image.commit.blob-committed", "image.load.blobs-committed"})
  void whatWasNotRecordedLeavesNothing(String point, Engine engine, Docker docker)
      throws IOException {
    Path archive = archive(docker);
    Set<String> before = killed(point, engine, docker, archive);
    await().untilAsserted(() -> assertThat(StoredImages.of(engine)).isEqualTo(before));
    assertThat(docker.run("inspect", "arrived:1").exit()).isNotZero();
    arrive(point, docker, archive);
    assertThat(docker.ok("run", "--rm", "arrived:1", "cat", "/own")).isEqualTo("kept");
    docker.ok("rmi", "arrived:1");
    docker.ok("rm", "box");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image.commit.recorded", "image.load.recorded"})
  void whatWasRecordedIsWhole(String point, Engine engine, Docker docker) throws IOException {
    Path archive = archive(docker);
    Set<String> before = killed(point, engine, docker, archive);
    assertThat(docker.ok("run", "--rm", "arrived:1", "cat", "/own")).isEqualTo("kept");
    docker.ok("rmi", "arrived:1");
    await().untilAsserted(() -> assertThat(StoredImages.of(engine)).isEqualTo(before));
    docker.ok("rm", "box");
  }

  /** Of an image that is not here any more; the container that it came from is. */
  private Path archive(Docker docker) {
    Path archive = directory.resolve("arrived.tar");
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo kept > /own");
    docker.ok("commit", "box", "arrived:1");
    docker.ok("save", "-o", archive.toString(), "arrived:1");
    docker.ok("rmi", "arrived:1");
    return archive;
  }

  /** Kills the engine at the point of the arrival and starts it again; what was stored before. */
  private static Set<String> killed(String point, Engine engine, Docker docker, Path archive)
      throws IOException {
    await().until(() -> StoredImages.areUnpacked(engine, docker));
    Set<String> before = StoredImages.of(engine);
    engine.restartUntil(point);
    arrive(point, docker, archive);
    engine.awaitCrash();
    engine.up();
    return before;
  }

  private static void arrive(String point, Docker docker, Path archive) {
    if (point.startsWith("image.commit")) {
      docker.run("commit", "box", "arrived:1");
    } else {
      docker.run("load", "-i", archive.toString());
    }
  }
}
