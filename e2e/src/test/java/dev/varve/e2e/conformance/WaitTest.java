package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code POST /containers/{id}/wait}: the conditions, and the head that must leave before the
 * condition holds.
 */
final class WaitTest extends Conformance {
  @ParameterizedTest
  @ValueSource(strings = {"", "?condition=not-running", "?condition="})
  void notRunningAnswersAtOnceForWhatDoesNotRun(String condition) {
    assertThat(status(wire.post("/containers/" + created("true") + "/wait" + condition))).isZero();
    assertThat(status(wire.post("/containers/" + ended("exit 4") + "/wait" + condition)))
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?condition=not-running", "?condition=next-exit", "?condition=removed"})
  void theHeadLeavesBeforeTheConditionHolds(String condition) {
    String name = sleeper("--rm");
    try (Exchange wait = open(name, condition)) {
      // Reaching this line is the proof: opening reads the head, and the container still runs.
      assertThat(wait.status()).isEqualTo(200);
      assertThat(wait.header("content-type")).isEqualTo("application/json");
      assertThat(wait.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
      docker.ok("kill", name);
      assertThat(status(wait.reply("POST"))).isEqualTo(137);
    }
  }

  @Test
  void nextExitIgnoresTheLastExit() {
    String name = ended("test -e /ran && exit 5; touch /ran; exit 4");
    try (Exchange wait = open(name, "?condition=next-exit")) {
      docker.ok("start", name);
      assertThat(status(wait.reply("POST"))).isEqualTo(5);
    }
  }

  @Test
  void removedWakesWithTheLastCode() {
    String name = ended("exit 4");
    try (Exchange wait = open(name, "?condition=removed")) {
      docker.ok("rm", name);
      assertThat(status(wait.reply("POST"))).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?condition=removed", "?condition=next-exit"})
  void removingWhatNeverRanWakesTheWaiters(String condition) {
    String name = created("true");
    try (Exchange wait = open(name, condition)) {
      docker.ok("rm", name);
      assertThat(wait.reply("POST").json().get("StatusCode").isNumber()).isTrue();
    }
  }

  @Test
  void removedComesAfterTheContainerIsGone() {
    String name = created("true");
    try (Exchange wait = open(name, "?condition=removed")) {
      wire.delete("/containers/" + name);
      wait.reply("POST");
      assertThat(wire.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }
  }

  @Test
  void severalWaitersAllHear() {
    String name = sleeper();
    try (Exchange one = open(name, "");
        Exchange two = open(name, "?condition=next-exit")) {
      docker.ok("kill", name);
      assertThat(status(one.reply("POST"))).isEqualTo(137);
      assertThat(status(two.reply("POST"))).isEqualTo(137);
    }
  }

  @Test
  void anUnknownConditionIsRefused() {
    Reply reply = wire.post("/containers/" + created("true") + "/wait?condition=bogus");
    // Ignored before API 1.42.
    if (EngineUnderTest.speaks("1.42")) {
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message()).contains("bogus");
    } else {
      assertThat(reply.status()).isEqualTo(200);
    }
  }

  @Test
  void theCliWaitsForSeveral() {
    String one = ended("exit 1");
    String two = ended("exit 2");
    assertThat(docker.ok("wait", one, two)).isEqualTo("1\n2");
  }

  private Exchange open(String name, String condition) {
    return wire.open("POST", "/containers/" + name + "/wait" + condition, Map.of(), new byte[0]);
  }

  private static int status(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("Error").isMissingNode() || reply.json().path("Error").isNull())
        .as(reply.text())
        .isTrue();
    return reply.json().get("StatusCode").asInt();
  }
}
