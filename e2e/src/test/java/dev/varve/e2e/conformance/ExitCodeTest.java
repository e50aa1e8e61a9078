package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The number a command ends with, from the process, from a signal, or from a start that failed. */
final class ExitCodeTest extends Conformance {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 42, 100, 124, 125, 126, 127, 128, 137, 200, 254, 255})
  void runEndsAsTheProcessDid(int code) {
    Docker.Result result = shell("exit " + code);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void everyCodeComesBackFromExec() {
    String name = sleeper();
    for (int code = 0; code < 256; code += 17) {
      assertThat(docker.run("exec", name, "sh", "-c", "exit " + code).code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"KILL,137", "9,137", "SIGKILL,137"})
  void aKilledContainerEndsWith128PlusTheSignal(String signal, String code) {
    String name = sleeper();
    docker.ok("kill", "-s", signal, name);
    assertThat(docker.ok("wait", name)).isEqualTo(code);
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("ExitCode").asText()).isEqualTo(code);
    assertThat(state.get("OOMKilled").asBoolean()).isFalse();
  }

  @Test
  void aForegroundRunReportsTheKill() {
    String name = name();
    try (Docker.Running run =
        docker.start("run", "--name", name, IMAGE, "sh", "-c", "echo up; exec sleep 1000")) {
      Until.running(this, name);
      docker.ok("kill", name);
      assertThat(run.await().code()).isEqualTo(137);
    }
  }

  /**
   * 126 for what cannot be executed, 127 for what is not there, 125 for every other refusal; the
   * CLI reads them from the text.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/etc | 126 | (permission denied/is a directory)",
        "/etc/passwd | 126 | permission denied",
        "/nope | 127 | no such file or directory",
        "nope | 127 | (executable file not found in \\$PATH/no such file or directory)",
      })
  void aCommandThatCannotStart(String command, String codes, String text) {
    String name = name();
    Docker.Result result = docker.run("run", "--name", name, IMAGE, command);
    assertThat(codes.split(",")).contains(String.valueOf(result.code()));
    assertThat(result.err())
        .startsWith("docker: Error response from daemon: ")
        .containsPattern("(?i)" + text.replace('/', '|'))
        .contains(command);
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("Status").asText()).isEqualTo("created");
    assertThat(state.get("Running").asBoolean()).isFalse();
    assertThat(state.get("ExitCode").asInt()).isEqualTo(result.code());
    assertThat(state.get("Error").asText()).containsPattern("(?i)" + text.replace('/', '|'));
    assertThat(state.get("StartedAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
  }

  @Test
  void aFailedStartWithRmLeavesNothing() {
    String name = name();
    assertThat(docker.run("run", "--rm", "--name", name, IMAGE, "/nope").code()).isEqualTo(127);
    Until.gone(this, name);
  }

  @Test
  void startingAgainFailsTheSameWay() {
    String name = created("/nope");
    for (int attempt = 0; attempt < 2; attempt++) {
      Reply reply = wire.post("/containers/" + name + "/start");
      // 400 by the kind of error; Docker 20.10 and 28 agree.
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message()).contains("no such file or directory").contains("/nope");
    }
    assertThat(docker.run("start", name).code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nosuch | unable to find user nosuch: no matching entries in passwd file",
        "0:nosuch | unable to find group nosuch: no matching entries in group file",
        "4294967296 | uids and gids must be in range 0-2147483647",
        "2147483648 | uids and gids must be in range 0-2147483647",
        "-1 | uids and gids must be in range 0-2147483647",
      })
  void aUserThatCannotBe(String user, String text) {
    Docker.Result result =
        docker.run("run", "--rm", "--name", name(), "--user=" + user, IMAGE, "true");
    assertThat(result.code()).isEqualTo(125);
    assertThat(result.err()).contains(text);
  }

  @Test
  void theShellsOwnSignalCodePassesThrough() {
    assertThat(shell("sh -c 'kill -TERM $$'; exit $?").code()).isEqualTo(143);
    assertThat(shell("sh -c 'kill -SEGV $$'; exit $?").code()).isEqualTo(139);
  }
}
