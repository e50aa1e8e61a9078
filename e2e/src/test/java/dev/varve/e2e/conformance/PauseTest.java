package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code docker pause} and {@code unpause}, and what a paused container refuses. */
final class PauseTest extends Conformance {
  private String paused() {
    String name = sleeper();
    docker.ok("pause", name);
    return name;
  }

  private String status(String name) {
    return inspect(name).at("/State/Status").asText();
  }

  @Test
  void aPausedContainerIsShownSo() {
    String name = paused();
    assertThat(status(name)).isEqualTo("paused");
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    assertThat(inspect(name).at("/State/Paused").asBoolean()).isTrue();
    assertThat(docker.ok("ps", "--filter", "name=" + name, "--format", "{{.Status}}"))
        .endsWith(" (Paused)");
    docker.ok("unpause", name);
    assertThat(status(name)).isEqualTo("running");
    assertThat(docker.ok("exec", name, "echo", "goes on")).isEqualTo("goes on");
  }

  @Test
  void refusals() {
    String name = paused();
    String id = idOf(name);
    refused(
        wire.post("/containers/" + name + "/pause"), 409, "Container " + id + " is already paused");
    refused(
        wire.post("/containers/" + name + "/start"),
        409,
        "cannot start a paused container, try unpause instead");
    refused(
        wire.delete("/containers/" + name),
        409,
        "cannot remove container \"/"
            + name
            + "\": container is paused and must be unpaused first");
    assertThat(docker.run("exec", name, "true").err())
        .contains("Container " + name + " is paused, unpause the container before exec");
    docker.ok("unpause", name);
    refused(
        wire.post("/containers/" + name + "/unpause"), 500, "Container " + id + " is not paused");
    docker.ok("kill", name);
    refused(
        wire.post("/containers/" + name + "/pause"), 409, "Container " + id + " is not running");
    refused(wire.post("/containers/nope/pause"), 404, "No such container: nope");
  }

  private static void refused(Reply reply, int status, String message) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json().get("message").asText()).isEqualTo(message);
  }

  @Test
  void stopKillAndRemovalEndIt() {
    String stopped = paused();
    docker.ok("stop", "-t", "1", stopped);
    assertThat(status(stopped)).isEqualTo("exited");
    String killed = paused();
    docker.ok("kill", killed);
    assertThat(inspect(killed).at("/State/ExitCode").asInt()).isEqualTo(137);
    String removed = paused();
    docker.ok("rm", "-f", removed);
    assertThat(wire.get("/containers/" + removed + "/json").status()).isEqualTo(404);
  }

  @Test
  void aCommitPausesUnlessTold() {
    String name = sleeper();
    String since = now();
    removeImage(docker.ok("commit", name));
    removeImage(docker.ok("commit", "--pause=false", name));
    assertThat(actions(name, since)).containsExactly("pause", "commit", "unpause", "commit");
    assertThat(status(name)).isEqualTo("running");
  }

  @Test
  void aCommitLeavesAPausedContainerPaused() {
    String name = paused();
    removeImage(docker.ok("commit", name));
    assertThat(status(name)).isEqualTo("paused");
  }
}
