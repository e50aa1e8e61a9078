package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.PublishedPort;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private static NetworkSpec spec(
      String name, String driver, Map<String, String> options, String... subnets) {
    List<AddressPool> pools =
        Stream.of(subnets).map(it -> new AddressPool(it, "", "", Map.of(), true)).toList();
    return new NetworkSpec(
        name,
        driver,
        "",
        pools,
        false,
        false,
        true,
        false,
        options,
        Map.of(),
        NetworkSpec.Ipam.DEFAULT);
  }

  private String create(NetworkSpec spec) {
    return engine.use().networks().create(TestEngine.CAUSE, spec);
  }

  private String create(String name, String... subnets) {
    return create(spec(name, Network.BRIDGE, Map.of(), subnets));
  }

  private void remove(String name) {
    engine.use().networks().remove(TestEngine.CAUSE, name);
  }

  private void crash(String step, TestEngine.Command command) throws InterruptedException {
    engine.crashAt(step);
    engine.untilCrash(command);
    engine.restart();
  }

  private List<String> networksOf(String container) {
    return engine.container(container).networks().stream().map(NetworkAttachment::network).toList();
  }

  @Test
  void whoHasAllPoolsIsNamed() {
    create("a", "172.18.0.0/15");
    create("b", "172.20.0.0/14");
    create("c", "172.24.0.0/13");
    create("d", "192.168.0.0/16");
    assertThatThrownBy(() -> create("late"))
        .hasMessage(
            "all predefined address pools have been fully subnetted; held by a, b, bridge, c, d");
    assertThat(engine.use().engine().facts().networkName("late")).isEmpty();
    remove("d");
    create("late");
  }

  @Test
  void aCreationThatWasKilledIsOnRecordAndItsAddressesAreNobodyElses() throws Exception {
    crash(Steps.NETWORK_RECORDED, () -> create("net", "10.7.0.0/24"));
    assertThat(engine.use().engine().directory().network("net")).isPresent();
    assertThat(engine.node.networks).contains("net");
    assertThatThrownBy(() -> create("other", "10.7.0.0/24")).hasMessageContaining("Pool overlaps");
    remove("net");
    create("other", "10.7.0.0/24");
  }

  @Test
  void aRemovalThatWasKilledHasRemoved() throws Exception {
    create("net", "10.7.0.0/24");
    crash(Steps.NETWORK_REMOVED, () -> remove("net"));
    assertThat(engine.use().engine().directory().network("net")).isEmpty();
    assertThat(engine.node.networks).doesNotContain("net");
    create("net", "10.7.0.0/24");
  }

  @Test
  void aConnectionThatWasKilledIsMade() throws Exception {
    create("net");
    String web = engine.running("web", "sleep");
    crash(
        Steps.CONNECT_RECORDED,
        () ->
            engine
                .use()
                .connections()
                .connect(TestEngine.CAUSE, "net", web, EndpointSpec.on("net")));
    assertThat(networksOf(web)).containsExactly("bridge", "net");
    assertThat(engine.node.wired.get(web)).containsExactly("bridge", "net");
  }

  @Test
  void aDisconnectionThatWasKilledIsMade() throws Exception {
    create("net");
    String web = engine.running("web", "sleep");
    Connections connections = engine.use().connections();
    connections.connect(TestEngine.CAUSE, "net", web, EndpointSpec.on("net"));
    crash(
        Steps.DISCONNECT_RECORDED,
        () -> connections.disconnect(TestEngine.CAUSE, "net", web, false));
    assertThat(networksOf(web)).containsExactly("bridge");
    assertThat(engine.node.wired.get(web)).containsExactly("bridge");
    remove("net");
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.START_REQUESTED, Steps.START_CREATED})
  void aStartThatWasKilledHasNoAddress(String step) throws Exception {
    create("net", "10.7.0.0/24");
    String web = engine.create("web", Specs.process("sleep"), Specs.onNetwork(Specs.host(), "net"));
    crash(step, () -> engine.use().start().start(TestEngine.CAUSE, web));
    assertThat(networksOf(web)).isEmpty();
    assertThat(engine.node.namespaces).isEmpty();
    remove("net");
    assertThat(engine.history(Subjects.endpoints(web))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ipvlan|ipvlan_mode|l4|requested ipvlan mode 'l4' is not valid, 'l2' mode is the ipvlan driver default",
        "ipvlan|ipvlan_flag|x|requested ipvlan flag 'x' is not valid, 'bridge' is the ipvlan driver default",
        "macvlan|macvlan_mode|x|requested macvlan mode 'x' is not valid, 'bridge' mode is the macvlan driver default",
        "bridge|com.docker.network.bridge.host_binding_ipv4|x|failed to parse com.docker.network.bridge.host_binding_ipv4 value: \"x\" (nil ip)",
      })
  void optionsThatMeanNothing(String driver, String key, String value, String message) {
    assertThatThrownBy(() -> create(spec("net", driver, Map.of(key, value)))).hasMessage(message);
  }

  @Test
  void portsAreBoundWhereTheNetworkSays() throws Exception {
    create(spec("net", Network.BRIDGE, Map.of(NetworkOptions.HOST_BINDING, "127.0.0.1")));
    String web =
        engine.create(
            "web",
            Specs.process("sleep"),
            Specs.publishing(Specs.onNetwork(Specs.host(), "net"), "80/tcp=8080"));
    engine.use().start().start(TestEngine.CAUSE, web);
    assertThat(engine.container(web).networks().getFirst().ports())
        .containsExactly(new PublishedPort("tcp", 80, "127.0.0.1", 8080));
  }
}
