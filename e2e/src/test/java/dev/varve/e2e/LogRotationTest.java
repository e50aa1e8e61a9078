package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What containers write is bounded on disk, and read as one log whatever files it is in. */
@EndToEnd
final class LogRotationTest {
  private static final int LINES = 6000;

  /** A kilobyte each, ten at a time. */
  private static final String COUNTER =
      "x=$(head -c 1000 /dev/zero | tr '\\0' x); i=0; while [ $i -lt "
          + LINES
          + " ]; do i=$((i+1)); echo $i $x; [ $((i % 10)) = 0 ] && usleep 5000; done; ";

  private static List<Integer> numbers(String log) {
    return log.lines().map(line -> Integer.valueOf(line.split(" ")[0])).toList();
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<String> files(Docker docker, String container) throws IOException {
    Path log = Path.of(docker.inspect("{{.LogPath}}", container));
    try (Stream<Path> files = Files.list(log.getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("container.log"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aFollowerMissesNothingWhileFilesAreSetAside(Docker docker) throws IOException {
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "--log-opt",
        "max-size=500k",
        "--log-opt",
        "max-file=100",
        "--log-opt",
        "compress=true",
        "busybox",
        "sh",
        "-c",
        COUNTER);
    assertThat(numbers(docker.ok("logs", "-f", "box"))).isEqualTo(upTo(LINES));
    assertThat(numbers(docker.ok("logs", "box"))).isEqualTo(upTo(LINES));
    assertThat(numbers(docker.ok("logs", "--tail", "2500", "box")))
        .isEqualTo(upTo(LINES).subList(LINES - 2500, LINES));
    await().until(() -> files(docker, "box").stream().anyMatch(name -> name.endsWith(".gz")));
    assertThat(numbers(docker.ok("logs", "box"))).isEqualTo(upTo(LINES));
  }

  @Test
  void oldFilesGo(Docker docker) {
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "--log-opt",
        "max-size=300k",
        "--log-opt",
        "max-file=3",
        "busybox",
        "sh",
        "-c",
        COUNTER + "sleep 1000");
    await()
        .untilAsserted(() -> {
          assertThat(files(docker, "box")).hasSizeLessThanOrEqualTo(3);
          List<Integer> kept = numbers(docker.ok("logs", "box"));
          assertThat(kept).hasSizeLessThan(LINES).endsWith(LINES);
          assertThat(kept).isEqualTo(upTo(LINES).subList(LINES - kept.size(), LINES));
        });
  }

  @Test
  void aRotationThatACrashInterruptedIsTakenUp(Engine engine, Docker docker) throws IOException {
    engine.down();
    engine.upUntil("container.log.set-aside");
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "--log-opt",
        "max-size=300k",
        "--log-opt",
        "max-file=100",
        "busybox",
        "sh",
        "-c",
        COUNTER + "while [ ! -e /go ]; do usleep 50000; done; echo " + (LINES + 1));
    engine.awaitCrash();
    engine.up();
    await().until(() -> files(docker, "box").contains("container.log"));
    docker.ok("exec", "box", "touch", "/go");
    assertThat(docker.ok("wait", "box")).isEqualTo("0");
    assertThat(numbers(docker.ok("logs", "box"))).isEqualTo(upTo(LINES + 1));
  }
}
