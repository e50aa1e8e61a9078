package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why containers end, what is seen when others kill, and how they run again over crashes. */
@EndToEnd
final class LifeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CAUSE =
      "{{.State.ExitCause.Kind}} {{.State.ExitCause.Signal}} {{.State.ExitCause.Call}}";

  private static String sleeper(Docker docker, String... flags) {
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", "box", "--init"));
    command.addAll(List.of(flags));
    command.addAll(List.of("busybox", "sleep", "1000"));
    return docker.ok(command.toArray(String[]::new));
  }

  private static void awaitStatus(Docker docker, String status) {
    await().atMost(PATIENCE).until(() -> docker.inspect("{{.State.Status}}", "box").equals(status));
  }

  private static long pid(Docker docker) {
    return Long.parseLong(docker.inspect("{{.State.Pid}}", "box"));
  }

  @Test
  void theCauseOfAnEndIsKnown(Docker docker) {
    docker.run("run", "--name", "box", "busybox", "sh", "-c", "exit 3");
    assertThat(docker.inspect(CAUSE, "box")).isEqualTo("exit 0");
    docker.ok("rm", "box");

    sleeper(docker);
    docker.ok("stop", "box");
    assertThat(docker.inspect(CAUSE, "box")).isEqualTo("signal 15 stop");
    assertThat(docker.inspect("{{.State.ExitCause.Actor}}", "box")).startsWith("unix:uid=0");
    docker.ok("start", "box");
    docker.ok("kill", "box");
    assertThat(docker.inspect(CAUSE, "box")).isEqualTo("signal 9 kill");
    docker.ok("start", "box");
    ProcessHandle.of(pid(docker)).orElseThrow().destroyForcibly();
    awaitStatus(docker, "exited");
    assertThat(docker.inspect(CAUSE, "box")).isEqualTo("outside 9");
  }

  @Test
  void theCauseIsToldWithTheEnd(Docker docker) {
    String id = sleeper(docker);
    docker.ok("kill", "-s", "TERM", "box");
    awaitStatus(docker, "exited");
    String die =
        docker.ok(
            "events",
            "--since",
            "10m",
            "--until",
            String.valueOf(Instant.now().getEpochSecond() + 1),
            "--filter",
            "container=" + id,
            "--filter",
            "event=die",
            "--format",
            "{{json .Actor.Attributes}}");
    assertThat(die)
        .contains("\"cause\":\"signal\"", "\"causeCall\":\"kill\"", "\"exitCode\":\"143\"");
  }

  @Test
  void memoryThatTheKernelRefusedIsToldAtOnceAndAsTheCause(Docker docker) {
    String id =
        docker.ok(
            "run",
            "-d",
            "--name",
            "box",
            "-m",
            "16m",
            "busybox",
            "sh",
            "-c",
            "tail /dev/zero; echo survived; exec tail /dev/zero");
    await().atMost(PATIENCE).until(() -> docker.ok("logs", "box").contains("survived"));
    awaitStatus(docker, "exited");
    assertThat(docker.inspect("{{.State.OOMKilled}} {{.State.ExitCode}} " + CAUSE, "box"))
        .isEqualTo("true 137 oom 9");
    assertThat(
            docker
                .ok(
                    "events",
                    "--since",
                    "10m",
                    "--until",
                    String.valueOf(Instant.now().getEpochSecond() + 1),
                    "--filter",
                    "container=" + id,
                    "--format",
                    "{{.Action}}")
                .lines())
        .containsSubsequence("start", "oom", "die")
        .containsOnlyOnce("oom");
  }

  @Test
  void aContainerOutlivesItsMonitorAndItsEndIsSeen(Engine engine, Docker docker)
      throws IOException {
    String id = sleeper(docker);
    long pid = pid(docker);
    Path monitor =
        engine.root().resolveSibling("run").resolve("bundles").resolve(id).resolve("monitor.pid");
    ProcessHandle conmon =
        ProcessHandle.of(Long.parseLong(Files.readString(monitor).strip())).orElseThrow();
    conmon.destroyForcibly();
    conmon.onExit().join();
    assertThat(docker.inspect("{{.State.Status}} {{.State.Pid}}", "box"))
        .isEqualTo("running " + pid);
    docker.ok("kill", "box");
    assertThat(
            docker.inspect(
                "{{.State.Status}} {{.State.ExitCode}} {{.State.ExitCause.Kind}}", "box"))
        .isEqualTo("exited 255 monitor_lost");
    docker.ok("start", "box");
    awaitStatus(docker, "running");
  }

  @Test
  void policiesOutliveTheEngine(Engine engine, Docker docker) throws IOException {
    docker.ok(
        "run", "-d", "--name", "box", "--restart", "unless-stopped", "busybox", "sleep", "1000");
    docker.ok("run", "-d", "--name", "by-hand", "--restart", "always", "busybox", "sleep", "1000");
    docker.ok(
        "run", "-d", "--name", "gone", "--restart", "unless-stopped", "busybox", "sleep", "9");
    docker.ok("stop", "-t", "0", "by-hand", "gone");
    ProcessHandle program = ProcessHandle.of(pid(docker)).orElseThrow();
    engine.crash();
    program.destroyForcibly();
    program.onExit().join();
    engine.up();
    awaitStatus(docker, "running");
    assertThat(docker.inspect("{{.RestartCount}}", "box")).isEqualTo("1");
    await()
        .atMost(PATIENCE)
        .until(() -> docker.inspect("{{.State.Status}}", "by-hand").equals("running"));
    assertThat(docker.inspect("{{.State.Status}}", "gone")).isEqualTo("exited");
  }

  @ParameterizedTest
  @ValueSource(strings = {"container.exit.recorded", "container.start.created:2"})
  void aCrashOnTheWayToTheNextRunLosesNothing(String step, Engine engine, Docker docker)
      throws IOException {
    engine.down();
    engine.upUntil(step);
    var _ =
        docker.run(
            "run",
            "-d",
            "--name",
            "box",
            "--restart",
            "on-failure",
            "busybox",
            "sh",
            "-c",
            "test -e /again && sleep 1000; touch /again; exit 5");
    engine.awaitCrash();
    engine.up();
    awaitStatus(docker, "running");
    assertThat(docker.inspect("{{.RestartCount}}", "box")).isEqualTo("1");
  }

  @Test
  void whatTurnsUnhealthyIsRestartedIfItWants(Docker docker) {
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "--init",
        "--annotation",
        "dev.varve.health.restart=true",
        "--health-cmd",
        "test -e /ok",
        "--health-interval",
        "300ms",
        "--health-retries",
        "1",
        "busybox",
        "sh",
        "-c",
        "echo run; test -e /second && touch /ok; touch /second; exec sleep 1000");
    await()
        .atMost(PATIENCE)
        .until(() -> docker.inspect("{{.State.Health.Status}}", "box").equals("healthy"));
    assertThat(docker.ok("logs", "box").lines()).containsExactly("run", "run");
  }

  @Test
  void healthOutlivesTheEngine(Engine engine, Docker docker) throws IOException {
    sleeper(
        docker, "--health-cmd", "echo fine", "--health-interval", "300ms", "--health-retries", "1");
    await()
        .atMost(PATIENCE)
        .until(() -> docker.inspect("{{.State.Health.Status}}", "box").equals("healthy"));
    engine.crash();
    engine.up();
    assertThat(
            docker.inspect(
                "{{.State.Health.Status}} {{(index .State.Health.Log 0).Output}}", "box"))
        .isEqualTo("healthy fine");
    String last = docker.inspect("{{json .State.Health.Log}}", "box");
    await()
        .atMost(PATIENCE)
        .until(() -> !docker.inspect("{{json .State.Health.Log}}", "box").equals(last));
  }
}
