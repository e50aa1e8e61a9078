package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is not there is refused by its name, not left out. */
class NetworkBodiesTest {
  private static JsonNode json(String text) throws Refusal {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aSwarmsNetworkNeedsASwarm() throws Exception {
    assertThat(NetworkBody.parse(json("{\"Name\":\"n\",\"Scope\":\"local\"}")).getName())
        .isEqualTo("n");
    assertThatThrownBy(() -> NetworkBody.parse(json("{\"Name\":\"n\",\"Scope\":\"swarm\"}")))
        .isInstanceOf(Refusal.class)
        .hasMessage("cannot create a swarm scoped network when swarm is not active");
  }

  @Test
  void optionsOfAnEndpointThatDockerWouldFollowAreRefused() throws Exception {
    String body = "{\"DriverOpts\":{\"%s\":\"x\"}}";
    assertThat(
            EndpointBody.parse("n", Fields.of("", json(body.formatted("some.driver.option"))))
                .getDriverOptionsMap())
        .containsEntry("some.driver.option", "x");
    String name = "com.docker.network.endpoint.ifname";
    assertThatThrownBy(() -> EndpointBody.parse("n", Fields.of("", json(body.formatted(name)))))
        .isInstanceOf(Refusal.class)
        .hasMessage("driver option " + name + " is not implemented yet by Varve");
  }
}
