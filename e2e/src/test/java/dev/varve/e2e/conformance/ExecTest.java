package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker exec}: flags, exit codes, refusals, and the resource behind it. */
final class ExecTest extends Conformance {
  private String name = "";

  @BeforeEach
  void aRunningContainer() {
    name = sleeper("-e", "FROM=container", "-w", "/tmp");
  }

  @Test
  void outputsAreKeptApart() {
    Docker.Result result = docker.run("exec", name, "sh", "-c", "echo o; echo e >&2; exit 5");
    assertThat(result.out()).isEqualTo("o\n");
    assertThat(result.err()).isEqualTo("e\n");
    assertThat(result.code()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 128, 255})
  void theCodeIsTheProcesses(int code) {
    assertThat(docker.run("exec", name, "sh", "-c", "exit " + code).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"KILL,137", "TERM,143", "SEGV,139"})
  void aSignalGives128PlusItsNumber(String signal, int code) {
    assertThat(docker.run("exec", name, "sh", "-c", "kill -" + signal + " $$; sleep 1").code())
        .isEqualTo(code);
  }

  @Test
  void interactiveFeedsAnyBytesAndEndsAtEndOfInput() {
    byte[] bytes = new byte[300_001];
    new Random(7).nextBytes(bytes);
    assertThat(docker.run(bytes, "exec", "-i", name, "cat").bytes()).isEqualTo(bytes);
    assertThat(docker.run("lost".getBytes(StandardCharsets.UTF_8), "exec", name, "cat").out())
        .isEmpty();
    assertThat(
            docker
                .run(
                    "x".getBytes(StandardCharsets.UTF_8),
                    "exec",
                    "-i",
                    name,
                    "sh",
                    "-c",
                    "wc -c; echo after")
                .out())
        .isEqualTo("1\nafter\n");
  }

  @Test
  void environmentAndDirectoryComeFromTheContainerThenTheFlags() {
    assertThat(docker.ok("exec", name, "sh", "-c", "pwd; echo $FROM $HOME $HOSTNAME").lines())
        .containsExactly("/tmp", "container /root " + idOf(name).substring(0, 12));
    assertThat(
            docker
                .ok(
                    "exec",
                    "-e",
                    "FROM=exec",
                    "-e",
                    "X=1",
                    "-w",
                    "/etc",
                    name,
                    "sh",
                    "-c",
                    "pwd; echo $FROM $X")
                .lines())
        .containsExactly("/etc", "exec 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1000 | uid=1000 gid=0(root) groups=0(root)",
        "nobody | uid=65534(nobody) gid=65534(nogroup) groups=50(staff),65534(nogroup)",
        "nobody:daemon | uid=65534(nobody) gid=1(daemon) groups=1(daemon)",
      })
  void userAndGroups(String user, String id) {
    assertThat(docker.ok("exec", "-u", user, name, "id")).isEqualTo(id);
  }

  @Test
  void itSharesTheContainersNamespacesAndLimits() {
    assertThat(docker.ok("exec", name, "sh", "-c", "ps | grep -c '[s]leep 1000'")).isEqualTo("1");
    assertThat(docker.ok("exec", name, "hostname")).isEqualTo(idOf(name).substring(0, 12));
    for (String namespace : List.of("pid", "net", "ipc", "uts", "mnt")) {
      assertThat(docker.ok("exec", name, "readlink", "/proc/self/ns/" + namespace))
          .isEqualTo(docker.ok("exec", name, "readlink", "/proc/1/ns/" + namespace));
    }
  }

  @Test
  void detachedReturnsAtOnceAndRunsOn() {
    docker.ok("exec", "-d", name, "sh", "-c", "echo made > /tmp/made; sleep 1000");
    await().until(() -> docker.run("exec", name, "cat", "/tmp/made").out().equals("made\n"));
    assertThat(
            docker
                .ok("exec", name, "ps")
                .lines()
                .filter(line -> line.contains("sleep 1000"))
                .count())
        .isGreaterThan(1);
  }

  /**
   * 20.10 gave 126 for everything that could not start; 28 tells the missing (127) from the
   * forbidden (126). The text comes down the stream, not as an HTTP error.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope | 127 | executable file not found in $PATH",
        "/nope | 127 | no such file or directory",
        "/etc | 126 | denied",
        "/etc/passwd | 126 | permission denied",
      })
  void aCommandThatCannotStart(String command, int code, String text) {
    Docker.Result result = docker.run("exec", name, command);
    assertThat(result.code()).isIn(EngineUnderTest.isOld() ? List.of(126, code) : List.of(code));
    String said = result.out() + result.err();
    assertThat(said).startsWith("OCI runtime exec failed: exec failed: ").contains(command);
    if (text.equals("denied")) {
      assertThat(said).containsPattern("permission denied|is a directory");
    } else {
      // crun names a missing command without the shell's word for it.
      assertThat(said)
          .containsPattern(
              text.startsWith("executable")
                  ? "executable file .*not found in \\$PATH|no such file or directory"
                  : text);
    }
  }

  @Test
  void aMissingDirectoryOrUserIsRefused() {
    assertThat(docker.run("exec", "-w", "/nodir", name, "true"))
        .satisfies(
            result -> assertThat(result.code()).isIn(126, 127),
            result -> assertThat(result.out() + result.err()).contains("/nodir"));
    Docker.Result user = docker.run("exec", "-u", "nosuch", name, "true");
    assertThat(user.code()).isIn(126, 1);
    assertThat(user.out() + user.err())
        .contains("unable to find user nosuch: no matching entries in passwd file");
  }

  @Test
  void aDetachedCommandThatCannotStartIsAnHttpError() {
    String id = exec("{\"Cmd\":[\"nope\"]}");
    Reply reply = wire.post("/exec/" + id + "/start", "{\"Detach\":true}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).startsWith("OCI runtime exec failed").contains("nope");
    assertThat(wire.get("/exec/" + id + "/json").json().get("ExitCode").asInt()).isIn(126, 127);
  }

  @Test
  void theResourceFollowsTheProcess() {
    String id =
        exec("{\"Cmd\":[\"sh\",\"-c\",\"sleep 1000\"],\"AttachStdout\":true,\"User\":\"nobody\"}");
    JsonNode before = wire.get("/exec/" + id + "/json").json();
    Shape.check("exec-shape.table", before);
    assertThat(before.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(Shape.topLevel("exec-shape.table"));
    assertThat(before.get("ContainerID").asText()).isEqualTo(idOf(name));
    assertThat(wire.post("/exec/" + id + "/start", "{\"Detach\":true}").status()).isEqualTo(200);
    JsonNode during = wire.get("/exec/" + id + "/json").json();
    assertThat(during.get("Running").asBoolean()).isTrue();
    assertThat(during.get("ExitCode").isNull()).isTrue();
    assertThat(during.get("Pid").asInt()).isPositive();
    assertThat(inspect(name).get("ExecIDs").toString()).contains(id);
    Reply again = wire.post("/exec/" + id + "/start", "{\"Detach\":true}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).containsIgnoringCase("exec command " + id + " is already running");
    docker.ok(
        "exec",
        name,
        "sh",
        "-c",
        "kill -9 $(ps | grep '[s]leep 1000' | grep nobody | sed 's/^ *//; s/ .*//')");
    await().until(() -> !wire.get("/exec/" + id + "/json").json().get("Running").asBoolean());
    assertThat(wire.get("/exec/" + id + "/json").json().get("ExitCode").asInt()).isEqualTo(137);
  }

  @Test
  void whatRanDoesNotRunAgain() {
    String id = exec("{\"Cmd\":[\"true\"],\"AttachStdout\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{}")) {
      assertThat(start.rest()).isEmpty();
    }
    Reply again = wire.post("/exec/" + id + "/start", "{\"Detach\":true}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).containsIgnoringCase("exec command " + id + " has already run");
  }

  @Test
  void theContainersEndEndsIt() {
    try (Docker.Running exec = docker.start("exec", name, "sleep", "1001")) {
      await().until(() -> docker.ok("top", name).contains("sleep 1001"));
      docker.ok("kill", name);
      assertThat(exec.await().code()).isEqualTo(137);
    }
  }

  private String exec(String json) {
    Reply reply = wire.post("/containers/" + name + "/exec", json);
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    assertThat(reply.text()).matches("\\{\"Id\":\"[0-9a-f]{64}\"}\n");
    return reply.json().get("Id").asText();
  }
}
