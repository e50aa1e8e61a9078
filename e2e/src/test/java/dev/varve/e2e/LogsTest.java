package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EndToEnd
final class LogsTest {
  @Test
  void outputsStayApart(Docker docker) {
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo out; echo err >&2; printf end");
    assertThat(docker.run("logs", "box")).isEqualTo(new Shell.Result(0, "out\nend", "err\n"));
  }

  @Test
  void tail(Docker docker) {
    docker.ok("run", "--name", "box", "busybox", "seq", "100");
    assertThat(docker.ok("logs", "--tail", "2", "box").lines()).containsExactly("99", "100");
    assertThat(docker.ok("logs", "--tail", "0", "box")).isEmpty();
    assertThat(docker.ok("logs", "box").lines()).hasSize(100);
  }

  @Test
  void timesAndSinceAndUntil(Docker docker) {
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo a; sleep 1.1; echo b");
    String[] lines = docker.ok("logs", "-t", "box").split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z a");
    String second = lines[1].split(" ")[0];
    assertThat(docker.ok("logs", "--since", second, "box")).isEqualTo("b");
    assertThat(docker.ok("logs", "--until", lines[0].split(" ")[0], "box")).isEqualTo("a");
  }

  @Test
  void followEndsWithTheContainer(Docker docker) throws InterruptedException {
    docker.ok(
        "run", "-d", "-i", "--name", "box", "busybox", "sh", "-c", "echo one; read x; echo two");
    try (Terminal logs = docker.terminal("logs", "-f", "box")) {
      logs.expect("one");
      docker.with("\n", "attach", "box");
      logs.expect("two");
      assertThat(logs.exit()).isZero();
    }
  }

  @Test
  void longLinesArriveWhole(Docker docker) {
    docker.ok(
        "run",
        "--name",
        "box",
        "busybox",
        "sh",
        "-c",
        "head -c 100000 /dev/zero | tr '\\0' x; echo; echo end");
    assertThat(docker.ok("logs", "box")).isEqualTo("x".repeat(100000) + "\nend");
  }
}
