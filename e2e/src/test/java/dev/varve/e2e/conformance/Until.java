package dev.varve.e2e.conformance;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/**
 * Waits for what another process brings about; a wait that never ends fails with what was seen
 * last.
 */
final class Until {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Until() {}

  static void running(Conformance test, String container) {
    state(test, container, state -> state.path("Running").asBoolean());
  }

  static void exited(Conformance test, String container) {
    state(test, container, state -> state.path("Status").asText().equals("exited"));
  }

  static void gone(Conformance test, String container) {
    await()
        .atMost(PATIENCE)
        .until(() -> test.wire.get("/containers/" + container + "/json").status() == 404);
  }

  /** Until the container's log has this text. */
  static void logged(Conformance test, String container, String text) {
    await()
        .atMost(PATIENCE)
        .until(() -> test.docker.run("logs", container).out(), out -> out.contains(text));
  }

  /** Until what can be seen is as wanted. */
  static <T> void sees(Callable<T> look, Predicate<T> wanted) {
    await().atMost(PATIENCE).until(look, wanted);
  }

  private static void state(Conformance test, String container, Predicate<JsonNode> wanted) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> test.wire.get("/containers/" + container + "/json").json().path("State"), wanted);
  }
}
