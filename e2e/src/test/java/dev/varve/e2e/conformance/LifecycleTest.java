package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Create, start, attach, stop, kill, remove, rename, top: a container's life and its names. */
final class LifecycleTest extends Conformance {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  @Test
  void createPrintsTheIdAndStartsNothing() {
    String name = name();
    assertThat(docker.ok("create", "--name", name, IMAGE, "true")).matches("[0-9a-f]{64}");
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("Status").asText()).isEqualTo("created");
    assertThat(state.get("StartedAt").asText()).isEqualTo(NEVER);
    assertThat(state.get("FinishedAt").asText()).isEqualTo(NEVER);
  }

  @Test
  void startPrintsTheNameItWasGiven() {
    String name = created("sleep", "1000");
    assertThat(docker.ok("start", name)).isEqualTo(name);
    assertThat(wire.post("/containers/" + name + "/start").status()).isEqualTo(304);
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("Pid").asInt()).isPositive();
    assertThat(state.get("StartedAt").asText())
        .isGreaterThan(inspect(name).get("Created").asText());
  }

  @Test
  void startAttachedGivesOutputAndExitCode() {
    String name = created("sh", "-c", "echo o; echo e >&2; exit 6");
    Docker.Result result = docker.run("start", "-a", name);
    assertThat(result.out()).isEqualTo("o\n");
    assertThat(result.err()).isEqualTo("e\n");
    assertThat(result.code()).isEqualTo(6);
  }

  @Test
  void startAttachedAndInteractiveFeedsTheProcess() {
    String name = name();
    docker.ok("create", "-i", "--name", name, IMAGE, "sh", "-c", "read line; echo got $line");
    assertThat(docker.run("hello\n".getBytes(StandardCharsets.UTF_8), "start", "-ai", name).out())
        .isEqualTo("got hello\n");
    // A second start is a second life of the same container.
    assertThat(docker.run("again\n".getBytes(StandardCharsets.UTF_8), "start", "-ai", name).out())
        .isEqualTo("got again\n");
  }

  @Test
  void filesOutliveTheProcess() {
    String name = created("sh", "-c", "echo x >> /root/kept; wc -l < /root/kept");
    for (String lines : List.of("1", "2", "3")) {
      assertThat(docker.run("start", "-a", name).out().strip()).isEqualTo(lines);
    }
    assertThat(shell("test -e /root/kept").code()).isEqualTo(1);
  }

  @Test
  void attachSeesWhatComesNextAndEndsWithTheContainer() throws Exception {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "-i",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "while read l; do echo \"<$l>\"; done; exit 9");
    try (Docker.Running attach = docker.start("attach", name)) {
      attach.process().getOutputStream().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      attach.process().getOutputStream().flush();
      Until.logged(this, name, "<two>");
      docker.ok("kill", name);
      Docker.Result result = attach.await();
      assertThat(result.out()).isEqualTo("<one>\n<two>\n");
      assertThat(result.code()).isEqualTo(137);
    }
  }

  @Test
  void attachToAStoppedContainerIsRefused() {
    Docker.Result result = docker.run("attach", created("true"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().toLowerCase(Locale.ROOT))
        .contains("cannot attach to a stopped container, start it first");
  }

  @Test
  void stopSendsTheStopSignalAndKeepsTheHandlersCode() {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    Until.logged(this, name, "ready");
    assertThat(docker.ok("stop", name)).isEqualTo(name);
    JsonNode state = inspect(name).get("State");
    assertThat(state.get("Status").asText()).isEqualTo("exited");
    assertThat(state.get("ExitCode").asInt()).isEqualTo(7);
    assertThat(state.get("Pid").asInt()).isZero();
    assertThat(state.get("FinishedAt").asText()).isGreaterThan(state.get("StartedAt").asText());
    assertThat(docker.run("logs", name).out()).isEqualTo("ready\nbye\n");
  }

  @Test
  void stopUsesTheContainersOwnSignal() {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "--stop-signal",
        "USR1",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "trap 'exit 8' USR1; echo ready; while :; do sleep 0.05; done");
    Until.logged(this, name, "ready");
    docker.ok("stop", name);
    assertThat(docker.ok("wait", name)).isEqualTo("8");
    assertThat(inspect(name).at("/Config/StopSignal").asText()).matches("(SIG)?USR1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void stopKillsWhatDoesNotListen(String seconds) {
    String name = sleeper();
    docker.ok("stop", "-t", seconds, name);
    assertThat(docker.ok("wait", name)).isEqualTo("137");
    assertThat(wire.post("/containers/" + name + "/stop").status()).isEqualTo(304);
    assertThat(docker.ok("stop", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"USR1", "SIGUSR1", "10", "usr1"})
  void killSendsTheSignalItWasGiven(String signal) {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "trap 'exit 10' USR1; echo ready; while :; do sleep 0.05; done");
    Until.logged(this, name, "ready");
    assertThat(docker.ok("kill", "--signal", signal, name)).isEqualTo(name);
    assertThat(docker.ok("wait", name)).isEqualTo("10");
  }

  @Test
  void aSignalThatIsHandledLeavesTheContainerRunning() {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done");
    Until.logged(this, name, "ready");
    docker.ok("kill", "-s", "HUP", name);
    Until.logged(this, name, "hup");
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
  }

  @Test
  void aRunningContainerIsRemovedOnlyByForce() {
    String name = sleeper();
    assertThat(docker.run("rm", name).code()).isEqualTo(1);
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    int pid = inspect(name).at("/State/Pid").asInt();
    assertThat(docker.ok("rm", "-f", name)).isEqualTo(name);
    assertThat(wire.get("/containers/" + name + "/json").status()).isEqualTo(404);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void severalAreRemovedAndTheMissingReported() {
    String one = created("true");
    String two = created("true");
    Docker.Result result = docker.run("rm", one, "cf-missing", two);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.lines()).containsExactly(one, two);
    assertThat(result.err()).contains("No such container: cf-missing");
  }

  @Test
  void aNewNameReplacesTheOld() {
    String old = sleeper();
    String fresh = name();
    String id = idOf(old);
    docker.ok("rename", old, fresh);
    assertThat(inspect(fresh).get("Name").asText()).isEqualTo("/" + fresh);
    assertThat(idOf(fresh)).isEqualTo(id);
    assertThat(wire.get("/containers/" + old + "/json").status()).isEqualTo(404);
    docker.ok("create", "--name", old, IMAGE);
    Reply taken = wire.post("/containers/" + fresh + "/rename?name=" + old);
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.message())
        .contains(
            "Conflict. The container name \"/"
                + old
                + "\" is already in use by container \""
                + idOf(old)
                + "\"");
    assertThat(inspect(fresh).get("Id").asText()).isEqualTo(id);
  }

  @Test
  void aRemovedContainersNameIsFree() {
    String name = created("true");
    docker.ok("rm", name);
    docker.ok("create", "--name", name, IMAGE);
  }

  @Test
  void idsMayBeShortenedWhileUnambiguous() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      ids.add(idOf(created("true")));
    }
    assertThat(inspect(ids.getFirst().substring(0, 12)).get("Id").asText())
        .isEqualTo(ids.getFirst());
    // Of seventeen ids two begin with the same digit.
    String shared =
        ids.stream()
            .map(id -> id.substring(0, 1))
            .filter(digit -> ids.stream().filter(id -> id.startsWith(digit)).count() > 1)
            .findFirst()
            .orElseThrow();
    Reply ambiguous = wire.get("/containers/" + shared + "/json");
    // Docker 28 answers 400, 20.10 took it for a fault of its own.
    assertThat(ambiguous.status()).isIn(EngineUnderTest.isOld() ? List.of(400, 500) : List.of(400));
    assertThat(ambiguous.message())
        .matches("(?i)multiple IDs found with provided prefix: " + shared);
  }

  @Test
  void aNameWinsOverAnIdsPrefix() {
    String id = idOf(created("true"));
    String prefix = id.substring(0, 6);
    docker.ok("create", "--name", remove(prefix), IMAGE);
    assertThat(inspect(prefix).get("Name").asText()).isEqualTo("/" + prefix);
    assertThat(inspect(prefix).get("Id").asText()).isNotEqualTo(id);
    docker.ok("rm", prefix);
  }
}
