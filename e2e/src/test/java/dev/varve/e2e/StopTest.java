package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EndToEnd
final class StopTest {
  private static final String POLITE =
      "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.1; done";
  private static final String DEAF = "trap '' TERM; echo up; while :; do sleep 0.1; done";

  @Test
  void stopAsksFirst(Docker docker) {
    start(docker, POLITE);
    docker.ok("stop", "box");
    assertThat(docker.inspect("{{.State.Status}} {{.State.ExitCode}}", "box"))
        .isEqualTo("exited 7");
    assertThat(docker.ok("logs", "box").lines()).containsExactly("up", "bye");
  }

  @Test
  void stopKillsTheDeaf(Docker docker) {
    start(docker, DEAF);
    docker.ok("stop", "-t", "1", "box");
    assertThat(docker.inspect("{{.State.ExitCode}}", "box")).isEqualTo("137");
  }

  @Test
  void killSendsTheSignalAsked(Docker docker) {
    start(docker, "trap 'exit 3' USR1; echo up; while :; do sleep 0.1; done");
    docker.ok("kill", "-s", "USR1", "box");
    assertThat(docker.ok("wait", "box")).isEqualTo("3");
  }

  @Test
  void killWithoutASignalEndsIt(Docker docker) {
    start(docker, DEAF);
    docker.ok("kill", "box");
    assertThat(docker.ok("wait", "box")).isEqualTo("137");
  }

  @Test
  void runningOnesAreRemovedOnlyByForce(Docker docker) {
    start(docker, DEAF);
    Shell.Result refused = docker.run("rm", "box");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).containsIgnoringCase("cannot remove").contains("running");
    docker.ok("rm", "-f", "box");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void stoppedOnesStartAgain(Docker docker) {
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo once >> /count; wc -l < /count");
    assertThat(docker.ok("start", "-a", "box")).isEqualTo("2");
    docker.ok("restart", "box");
    docker.ok("wait", "box");
    assertThat(docker.ok("logs", "box").lines()).containsExactly("1", "2", "3");
  }

  /** Runs until the program has set its traps. */
  private static void start(Docker docker, String program) {
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", program);
    try (Terminal logs = docker.terminal("logs", "-f", "box")) {
      logs.expect("up");
    }
  }
}
