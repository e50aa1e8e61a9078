package dev.varve.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.docker.json.ContainerJson;
import dev.varve.gateway.docker.json.EndpointJson;
import dev.varve.gateway.http.ApiVersion;
import org.junit.jupiter.api.Test;

class ContainerAddressTest {
  private static final Container ENDED =
      Container.newBuilder()
          .setId("5a".repeat(32))
          .setState(State.newBuilder().setStatus(Status.STATUS_EXITED))
          .addNetworks(
              NetworkAttachment.newBuilder()
                  .setNetwork("bridge")
                  .setNetworkId("ab".repeat(32))
                  .setAddress("172.30.0.2"))
          .build();

  /** Its end is told a moment before the address is given back. */
  @Test
  void whatHasEndedHasNoAddress() {
    ContainerJson.NetworkSettingsJson settings =
        ContainerViews.inspect(ENDED, ApiVersion.MAXIMUM).networkSettings();
    assertThat(settings.ipAddress()).isEmpty();
    assertThat(settings.networks().get("bridge"))
        .extracting(EndpointJson::networkId, EndpointJson::ipAddress)
        .containsExactly("ab".repeat(32), "");
  }
}
