package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The engine goes, the containers stay. */
@EndToEnd
final class RestartTest {
  private static final String COUNTER =
      "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done";

  @Test
  void runningContainersOutliveACrash(Engine engine, Docker docker) throws IOException {
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", COUNTER);
    String before = docker.inspect("{{.State.Pid}} {{.State.StartedAt}}", "box");
    engine.crash();
    engine.up();
    assertThat(docker.inspect("{{.State.Pid}} {{.State.StartedAt}}", "box")).isEqualTo(before);
    try (Terminal logs = docker.terminal("logs", "-f", "--tail", "1", "box")) {
      logs.expect("tick \\d+");
      logs.expect("tick \\d+");
    }
    assertThatNothingWasLost(docker);
    assertThat(docker.ok("exec", "box", "echo", "here")).isEqualTo("here");
    try (Terminal attached = docker.terminal("attach", "--no-stdin", "box")) {
      attached.expect("tick \\d+");
    }
  }

  /** What goes through the connection comes back, each line once. */
  @Test
  void connectionsBetweenContainersOutliveTheEngine(Engine engine, Docker docker)
      throws IOException {
    docker.ok("run", "-d", "--name", "server", "busybox", "nc", "-ll", "-p", "7000", "-e", "cat");
    String address = docker.inspect("{{.NetworkSettings.IPAddress}}", "server");
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "busybox",
        "sh",
        "-c",
        "{ " + COUNTER + "; } | nc " + address + " 7000");
    awaitAnotherLine(docker);
    String pids =
        docker.inspect("{{.State.Pid}}", "server") + docker.inspect("{{.State.Pid}}", "box");
    engine.crash();
    engine.up();
    awaitAnotherLine(docker);
    engine.restart();
    awaitAnotherLine(docker);
    assertThat(docker.inspect("{{.State.Pid}}", "server") + docker.inspect("{{.State.Pid}}", "box"))
        .isEqualTo(pids);
    assertThatNothingWasLost(docker);
  }

  private static void awaitAnotherLine(Docker docker) {
    long before = docker.ok("logs", "box").lines().count();
    Awaitility.await().until(() -> docker.ok("logs", "box").lines().count() > before);
  }

  @Test
  void runningContainersOutliveDownAndUp(Engine engine, Docker docker) {
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", COUNTER);
    String pid = docker.inspect("{{.State.Pid}}", "box");
    engine.down();
    assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
    engine.up();
    assertThat(docker.inspect("{{.State.Pid}} {{.State.Status}}", "box"))
        .isEqualTo(pid + " running");
    assertThatNothingWasLost(docker);
    docker.ok("stop", "-t", "1", "box");
    assertThat(docker.inspect("{{.State.ExitCode}}", "box")).isEqualTo("137");
  }

  @Test
  void anEndThatNobodySawIsKnownAfterwards(Engine engine, Docker docker) throws IOException {
    String program = "trap 'echo last; exit 33' TERM; echo up; while :; do sleep 0.1; done";
    docker.ok("run", "-d", "-i", "--name", "box", "busybox", "sh", "-c", program);
    Awaitility.await().until(() -> docker.ok("logs", "box").equals("up"));
    long pid = Long.parseLong(docker.inspect("{{.State.Pid}}", "box"));
    engine.crash();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroy()).isTrue();
    Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
    engine.up();
    assertThat(docker.ok("wait", "box")).isEqualTo("33");
    assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("exited");
    assertThat(docker.ok("logs", "box")).isEqualTo("up\nlast");
  }

  @Test
  void oneThatShallBeRemovedIsRemovedAfterwards(Engine engine, Docker docker) throws IOException {
    docker.ok("run", "-d", "--rm", "--name", "box", "busybox", "sleep", "1000");
    long pid = Long.parseLong(docker.inspect("{{.State.Pid}}", "box"));
    engine.crash();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
    engine.up();
    Awaitility.await().until(() -> docker.ok("ps", "-aq").isEmpty());
  }

  @Test
  void upTwiceIsUpOnce(Engine engine, Docker docker) {
    String id = docker.ok("run", "-d", "busybox", "sleep", "1000");
    engine.up();
    assertThat(docker.ok("ps", "-q", "--no-trunc")).isEqualTo(id);
  }

  private static void assertThatNothingWasLost(Docker docker) {
    List<String> lines = docker.ok("logs", "box").lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).isEqualTo("tick " + (i + 1));
    }
  }
}
