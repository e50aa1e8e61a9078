package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docker stats} and its endpoint. */
final class StatsTest extends Conformance {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private JsonNode stats(String container, String query) {
    Reply reply = wire.get("/containers/" + container + "/stats?" + query);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  @Test
  void oneLookAndAPair() {
    String name = sleeper("--memory", "64m", "--pids-limit", "50");
    JsonNode once = stats(name, "stream=false&one-shot=true");
    assertThat(once.get("name").asText()).isEqualTo("/" + name);
    assertThat(once.get("id").asText()).isEqualTo(idOf(name));
    assertThat(once.get("preread").asText()).isEqualTo(NEVER);
    assertThat(once.at("/precpu_stats/cpu_usage/total_usage").asLong()).isZero();
    assertThat(once.at("/precpu_stats").has("system_cpu_usage")).isFalse();
    JsonNode pair = stats(name, "stream=false");
    assertThat(pair.get("preread").asText()).isLessThan(pair.get("read").asText());
    assertThat(pair.at("/precpu_stats/system_cpu_usage").asLong())
        .isPositive()
        .isLessThan(pair.at("/cpu_stats/system_cpu_usage").asLong());
    assertThat(pair.at("/cpu_stats/cpu_usage/total_usage").asLong()).isPositive();
    assertThat(pair.at("/cpu_stats/online_cpus").asInt())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(pair.at("/memory_stats/limit").asLong()).isEqualTo(64L << 20);
    assertThat(pair.at("/memory_stats/usage").asLong()).isPositive();
    assertThat(pair.at("/memory_stats/stats").size()).isGreaterThan(10);
    assertThat(pair.at("/pids_stats/current").asInt()).isEqualTo(1);
    assertThat(pair.at("/pids_stats/limit").asInt()).isEqualTo(50);
    assertThat(pair.at("/networks/eth0/rx_bytes").isNumber()).isTrue();
    assertThat(pair.at("/blkio_stats/io_service_bytes_recursive").isArray()).isTrue();
    assertThat(pair.at("/storage_stats").isObject()).isTrue();
    assertThat(pair.at("/num_procs").asInt(-1)).isZero();
  }

  @Test
  void whatDoesNotRunUsesNothing() {
    String name = created("true");
    for (String query : new String[] {"stream=false", "stream=false&one-shot=1"}) {
      JsonNode stats = stats(name, query);
      assertThat(stats.get("name").asText()).isEqualTo("/" + name);
      assertThat(stats.get("read").asText()).isEqualTo(NEVER);
      assertThat(stats.get("memory_stats").size()).isZero();
      assertThat(stats.get("pids_stats").size()).isZero();
      assertThat(stats.at("/blkio_stats/io_serviced_recursive").isNull()).isTrue();
      assertThat(stats.has("networks")).isFalse();
    }
    assertThat(docker.ok("stats", "-a", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", name))
        .isEqualTo(name + " 0");
    assertThat(wire.get("/containers/cf-nope/stats").status()).isEqualTo(404);
    Reply both = wire.get("/containers/" + name + "/stats?one-shot=1");
    assertThat(both.status()).isEqualTo(400);
    assertThat(both.message()).isEqualTo("cannot have stream=true and one-shot=true");
  }

  @Test
  void aHostsNetworkIsNotTheContainers() {
    String name = sleeper("--network", "host");
    assertThat(stats(name, "stream=false&one-shot=true").has("networks")).isFalse();
  }

  @Test
  void aStreamGoesOnOverAStopAndEndsWithTheContainer() throws IOException {
    String name = sleeper();
    try (Exchange exchange =
            wire.open("GET", "/containers/" + name + "/stats", Map.of(), new byte[0]);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(exchange.chunks(), StandardCharsets.UTF_8))) {
      JsonNode first = Reply.parse(lines.readLine());
      JsonNode second = Reply.parse(lines.readLine());
      assertThat(first.get("preread").asText()).isEqualTo(NEVER);
      assertThat(second.get("preread").asText()).isEqualTo(first.get("read").asText());
      docker.ok("kill", name);
      while (!Reply.parse(lines.readLine()).get("read").asText().equals(NEVER)) {
        // What was on its way.
      }
      docker.ok("start", name);
      while (Reply.parse(lines.readLine()).get("read").asText().equals(NEVER)) {
        // Not seen to run yet.
      }
      docker.ok("rm", "-f", name);
      assertThat(lines.lines().count()).isLessThan(10);
    }
  }
}
