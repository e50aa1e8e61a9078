package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.EndpointsEvent.EndpointsChanged;
import dev.varve.eventlog.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  private static final String ID = "c".repeat(64);

  private static Network network(String name, boolean internal, boolean given) {
    AddressPool pool =
        new AddressPool(
            "10.0." + name.length() + ".0/24", "", "10.0." + name.length() + ".1", Map.of(), given);
    return new Network(
        "id-" + name,
        new NetworkSpec(
            name,
            Network.isBuiltin(name) ? name : "bridge",
            "br",
            List.of(pool),
            internal,
            false,
            true,
            false,
            Map.of(),
            Map.of(),
            NetworkSpec.Ipam.DEFAULT),
        Instant.EPOCH);
  }

  private static EndpointSpec fixed(String network, String ipv4, int priority) {
    return new EndpointSpec(
        network, ipv4, "", List.of(), List.of(), List.of(), "", Map.of(), priority);
  }

  private static NetworkAttachment on(Network network, int priority) {
    return new NetworkAttachment(
        network.name(),
        network.id(),
        "e",
        "10.0.0.2",
        24,
        network.internal() ? "" : network.gateway(),
        "m",
        Optional.empty(),
        "eth0",
        fixed(network.name(), "", priority),
        List.of());
  }

  private static Given container() {
    return Given.nothing()
        .and(Subjects.container(ID), new Created(ID, "web", Specs.spec(), "node-1", 1));
  }

  @Test
  void fixedAddressesNeedASubnetThatSomebodyChose() {
    assertThat(
            EndpointRules.refusal(
                fixed("n", "10.0.3.7", 0), Optional.of(network("net", false, true))))
        .isEmpty();
    assertThat(message("10.0.3.7", network("net", false, false)))
        .endsWith(
            "user specified IP address is supported only when connecting to networks with user configured subnets");
    assertThat(message("10.9.9.9", network("net", false, true)))
        .endsWith("no configured subnet contains IP address 10.9.9.9");
    assertThat(message("10.0.3.7", network("bridge", false, true)))
        .endsWith("user specified IP address is supported on user defined networks only");
    assertThat(message("x", network("net", false, true))).endsWith("invalid IPv4 address: x");
  }

  private static String message(String ipv4, Network network) {
    return EndpointRules.refusal(fixed("n", ipv4, 0), Optional.of(network)).orElseThrow().message();
  }

  @Test
  void connectingAStoppedContainerIsForItsNextRun() {
    Given given = container();
    EndpointSpec net = EndpointSpec.on("net");
    Decision<DomainEvent, Boolean> decision =
        EndpointDecider.connect(given, ID, net, Optional.empty());
    EndpointsChanged changed = new EndpointsChanged(ID, List.of(EndpointSpec.on("bridge"), net));
    assertThat(((Decision.Accepted<DomainEvent, Boolean>) decision).events())
        .containsExactly(new Decision.Draft<>(Subjects.endpoints(ID), changed));
    given.and(Subjects.endpoints(ID), changed);
    assertThat(Endpoints.of(given, given.container(ID).orElseThrow()))
        .containsExactly(EndpointSpec.on("bridge"), net);

    Decision<DomainEvent, Optional<NetworkAttachment>> left =
        EndpointDecider.disconnect(given, ID, "bridge");
    assertThat(((Decision.Accepted<DomainEvent, ?>) left).events())
        .containsExactly(
            new Decision.Draft<>(Subjects.endpoints(ID), new EndpointsChanged(ID, List.of(net))));
    assertThat(EndpointDecider.disconnect(given, ID, "other"))
        .isEqualTo(new Decision.Rejected<>(Refusals.notConnected(ID, "other")));
  }

  @Test
  void theWayOutIsByPriorityThenByNameNeverByAnInternalNetwork() {
    Network a = network("a", true, true);
    Network bb = network("bb", false, true);
    Network ccc = network("ccc", false, true);
    Map<String, Network> all = Map.of(a.id(), a, bb.id(), bb, ccc.id(), ccc);

    Routing routing =
        Routing.of(
            List.of(on(a, 0), on(ccc, 0), on(bb, 0)), id -> Optional.ofNullable(all.get(id)));
    assertThat(routing.way().orElseThrow().network()).isEqualTo("bb");
    assertThat(routing.resolver()).contains("10.0.2.1");

    routing =
        Routing.of(
            List.of(on(a, 9), on(ccc, 1), on(bb, 0)), id -> Optional.ofNullable(all.get(id)));
    assertThat(routing.way().orElseThrow().network()).isEqualTo("ccc");
    assertThat(routing.resolver()).contains("10.0.3.1");

    routing = Routing.of(List.of(on(a, 0)), id -> Optional.ofNullable(all.get(id)));
    assertThat(routing.way()).isEmpty();
    assertThat(routing.resolver()).as("the internal one's own").contains("10.0.1.1");
  }

  @Test
  void onTheDefaultBridgeTheHostsServersAreAsked() {
    Network bridge = network("bridge", false, false);
    assertThat(Routing.of(List.of(on(bridge, 0)), _ -> Optional.of(bridge)).resolver()).isEmpty();
  }
}
