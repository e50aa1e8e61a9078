package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Health checks: status, text, log, events. */
final class HealthTest extends Conformance {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private JsonNode health(String name) {
    return inspect(name).at("/State/Health");
  }

  private void awaitStatus(String name, String status) {
    await().atMost(PATIENCE).until(() -> health(name).path("Status").asText().equals(status));
  }

  private String status(String name) {
    return docker.ok("ps", "--filter", "name=" + name, "--format", "{{.Status}}");
  }

  @Test
  void itStartsFailsAndRecovers() {
    String since = now();
    String name =
        sleeper(
            "--health-cmd",
            "echo looked; test -e /ok",
            "--health-interval",
            "1s",
            "--health-retries",
            "2");
    assertThat(health(name).get("Status").asText()).isEqualTo("starting");
    assertThat(status(name)).endsWith("(health: starting)");
    awaitStatus(name, "unhealthy");
    assertThat(status(name)).endsWith("(unhealthy)");
    assertThat(health(name).get("FailingStreak").asInt()).isGreaterThanOrEqualTo(2);
    JsonNode probe = health(name).get("Log").get(0);
    assertThat(probe.get("ExitCode").asInt()).isEqualTo(1);
    assertThat(probe.get("Output").asText()).isEqualTo("looked\n");
    assertThat(probe.get("Start").asText()).isLessThan(probe.get("End").asText());

    docker.ok("exec", name, "touch", "/ok");
    awaitStatus(name, "healthy");
    assertThat(status(name)).endsWith("(healthy)");
    assertThat(health(name).get("FailingStreak").asInt()).isZero();
    assertThat(docker.ok("ps", "--filter", "health=healthy", "--format", "{{.Names}}"))
        .contains(name);
    assertThat(actions(name, since).stream().filter(it -> it.startsWith("health_status")))
        .containsExactly("health_status: unhealthy", "health_status: healthy");
    docker.ok("stop", "-t", "0", name);
    assertThat(health(name).get("Status").asText()).isEqualTo("unhealthy");
  }

  @Test
  void aProbeThatTakesTooLongHasFailed() {
    String name =
        sleeper(
            "--health-cmd",
            "sleep 60",
            "--health-interval",
            "100ms",
            "--health-timeout",
            "1s",
            "--health-retries",
            "1");
    awaitStatus(name, "unhealthy");
    JsonNode probe = health(name).get("Log").get(0);
    assertThat(probe.get("ExitCode").asInt()).isEqualTo(-1);
    assertThat(probe.get("Output").asText()).startsWith("Health check exceeded timeout (1s)");
  }

  @Test
  void withoutACheckThereIsNoHealth() {
    String name = sleeper("--no-healthcheck");
    assertThat(inspect(name).get("State").has("Health")).isFalse();
    assertThat(docker.ok("ps", "--filter", "health=none", "--format", "{{.Names}}")).contains(name);
  }
}
