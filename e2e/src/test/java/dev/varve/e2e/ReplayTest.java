package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything but the log is thrown away. */
@EndToEnd
final class ReplayTest {
  @Test
  void anEmptyDatabaseIsFilledFromTheLog(Engine engine, Docker docker) throws IOException {
    docker.run("run", "--name", "ended", "--label", "a=b", "busybox", "sh", "-c", "exit 3");
    docker.ok("run", "-d", "--name", "runs", "busybox", "sleep", "1000");
    docker.ok("create", "--name", "waits", "busybox");
    String list = engine.get("/containers/json?all=1");
    String ended = engine.get("/containers/ended/json");
    String runs = engine.get("/containers/runs/json");
    String images = engine.get("/images/json");
    engine.down();
    delete(engine.root().resolve("postgres/data"));
    engine.up();
    // The list says how long ago a container ended, in words: they may have changed.
    assertThat(withoutAges(engine.get("/containers/json?all=1"))).isEqualTo(withoutAges(list));
    assertThat(engine.get("/containers/ended/json")).isEqualTo(ended);
    assertThat(engine.get("/containers/runs/json")).isEqualTo(runs);
    assertThat(engine.get("/images/json")).isEqualTo(images);
  }

  @Test
  void lostFileSystemsAreMadeAgain(Engine engine, Docker docker) throws IOException {
    docker.ok("run", "--name", "box", "busybox", "echo", "hello");
    engine.down();
    delete(engine.root().resolve("snapshots"));
    engine.up();
    assertThat(docker.ok("start", "-a", "box")).isEqualTo("hello");
    assertThat(docker.ok("run", "--rm", "debian:bookworm", "cat", "/etc/hostname")).isNotEmpty();
  }

  private static String withoutAges(String json) {
    return json.replaceAll("\"Status\":\"[^\"]*\"", "");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
