package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Restart policies, and the restart that somebody asks for. */
final class RestartTest extends Conformance {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private String detached(String... flagsAndCommand) {
    String name = name();
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
    arguments.addAll(List.of(flagsAndCommand));
    docker.ok(arguments.toArray(String[]::new));
    return name;
  }

  /** One that ends at once, and waits for its next run longer each time. */
  private String failing() {
    String name = detached("--restart", "always", IMAGE, "sh", "-c", "exit 6");
    await()
        .atMost(PATIENCE)
        .until(() -> {
          JsonNode it = inspect(name);
          return it.at("/State/Restarting").asBoolean() && it.get("RestartCount").asInt() >= 5;
        });
    return name;
  }

  @Test
  void onFailureTriesSoOftenAndGivesUp() {
    String name = detached("--restart", "on-failure:2", IMAGE, "sh", "-c", "exit 3");
    await()
        .atMost(PATIENCE)
        .until(() -> {
          JsonNode it = inspect(name);
          return it.get("RestartCount").asInt() == 2
              && it.at("/State/Status").asText().equals("exited");
        });
    assertThat(inspect(name).at("/State/ExitCode").asInt()).isEqualTo(3);
    String good = detached("--restart", "on-failure", IMAGE, "true");
    Until.exited(this, good);
    assertThat(inspect(good).get("RestartCount").asInt()).isZero();
  }

  @Test
  void betweenTwoRunsItIsRestarting() {
    String name = failing();
    String id = idOf(name);
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("Status").asText()).isEqualTo("restarting");
    assertThat(state.get("Running").asBoolean()).isTrue();
    assertThat(state.get("Pid").asInt()).isZero();
    assertThat(state.get("ExitCode").asInt()).isEqualTo(6);
    assertThat(docker.ok("ps", "--filter", "name=" + name, "--format", "{{.Status}}"))
        .matches("Restarting \\(6\\) .* ago");
    assertThat(docker.ok("ps", "-q", "--no-trunc", "--filter", "status=restarting")).contains(id);
    Reply exec = wire.post("/containers/" + name + "/exec", "{\"Cmd\":[\"true\"]}");
    assertThat(exec.status()).isEqualTo(409);
    assertThat(exec.text())
        .contains("Container " + id + " is restarting, wait until the container is running");
    assertThat(wire.post("/containers/" + name + "/start", "").status()).isEqualTo(304);
    assertThat(docker.run("attach", name).err()).containsIgnoringCase("restarting");
    Docker.Result rm = docker.run("rm", name);
    assertThat(rm.code()).isEqualTo(1);
    assertThat(rm.err()).contains("restarting");
    assertThat(wire.post("/containers/" + name + "/stop", "").status()).isEqualTo(204);
    assertThat(inspect(name).at("/State/Status").asText()).isEqualTo("exited");
    assertThat(wire.post("/containers/" + name + "/stop", "").status()).isEqualTo(304);
  }

  @Test
  void aKillBetweenTwoRunsEndsIt() {
    String name = failing();
    docker.ok("kill", name);
    assertThat(inspect(name).at("/State/Status").asText()).isEqualTo("exited");
  }

  @Test
  void aForcedRemovalBetweenTwoRunsEndsIt() {
    String name = failing();
    docker.ok("rm", "-f", name);
    assertThat(wire.get("/containers/" + name + "/json").status()).isEqualTo(404);
  }

  @Test
  void aWaitEndsWithEachRun() {
    String name = detached("--restart", "always", IMAGE, "sh", "-c", "sleep 1; exit 4");
    assertThat(docker.ok("wait", name)).isEqualTo("4");
    await().atMost(PATIENCE).until(() -> inspect(name).get("RestartCount").asInt() == 1);
    assertThat(docker.ok("wait", name)).isEqualTo("4");
  }

  @Test
  void whatIsStoppedOrKilledStaysSo() {
    String stopped = sleeper("--restart", "always");
    docker.ok("stop", "-t", "0", stopped);
    String killed = sleeper("--restart", "unless-stopped");
    docker.ok("kill", killed);
    for (String name : List.of(stopped, killed)) {
      JsonNode it = inspect(name);
      assertThat(it.at("/State/Status").asText()).isEqualTo("exited");
      assertThat(it.get("RestartCount").asInt()).isZero();
    }
  }

  @Test
  void aRestartIsAStopAndAStart() {
    String name = sleeper();
    String since = now();
    docker.ok("restart", "-t", "0", name);
    assertThat(actions(name, since)).containsSubsequence("kill", "die", "stop", "start", "restart");
    docker.ok("pause", name);
    docker.ok("restart", "-t", "0", name);
    assertThat(inspect(name).at("/State/Paused").asBoolean()).isFalse();
    docker.ok("kill", name);
    since = now();
    docker.ok("restart", name);
    assertThat(actions(name, since)).containsExactly("start", "restart");
    Reply missing = wire.post("/containers/cf-missing/restart", "");
    assertThat(missing.status()).isEqualTo(404);
  }

  @Test
  void whatRemovesItselfOutlivesARestart() {
    String name = sleeper("--rm");
    docker.ok("restart", "-t", "0", name);
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    docker.ok("stop", "-t", "0", name);
    Until.gone(this, name);
  }
}
