package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.NetworkEvent.NetworkCreated;
import dev.varve.container.domain.NetworkEvent.NetworkNameClaimed;
import dev.varve.container.domain.NetworkEvent.NetworkNameReleased;
import dev.varve.container.domain.NetworkEvent.NetworkRemoved;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkDeciderTest {
  private static AddressPool pool(String subnet, String range, String gateway) {
    return new AddressPool(subnet, range, gateway, Map.of(), true);
  }

  private static NetworkSpec spec(String name, String driver, AddressPool... pools) {
    return new NetworkSpec(
        name,
        driver,
        "br-" + name,
        List.of(pools),
        false,
        false,
        true,
        false,
        Map.of(),
        Map.of(),
        NetworkSpec.Ipam.DEFAULT);
  }

  private static Given with(NetworkSpec spec, String id) {
    return Given.nothing()
        .and(Subjects.networkName(spec.name()), new NetworkNameClaimed(spec.name(), id))
        .and(Subjects.network(id), new NetworkCreated(id, spec));
  }

  private static List<DomainEvent> events(Decision<DomainEvent, ?> decision) {
    return ((Decision.Accepted<DomainEvent, ?>) decision)
        .events().stream().map(Decision.Draft::event).toList();
  }

  @Test
  void nameAndNetworkInOneBatch() {
    NetworkSpec spec = spec("net", "bridge", pool("10.0.0.0/24", "", "10.0.0.1"));
    assertThat(events(NetworkDecider.create(Given.nothing(), "n1", spec, List.of())))
        .containsExactly(new NetworkNameClaimed("net", "n1"), new NetworkCreated("n1", spec));
  }

  @Test
  void aBridgeHasOneSubnetOfEachFamily() {
    AddressPool one = pool("10.0.0.0/24", "", "10.0.0.1");
    AddressPool other = pool("10.1.0.0/24", "", "10.1.0.1");
    assertThat(NetworkDecider.refusal(spec("net", "bridge", one, other)))
        .contains(Refusals.forbidden("bridge driver doesn't support multiple subnets"));
    assertThat(NetworkDecider.refusal(spec("net", "macvlan", one, other))).isEmpty();
    assertThat(NetworkDecider.refusal(spec("net", "bridge", one))).isEmpty();
  }

  @Test
  void ofTwoCreatorsOfOneNameOneIsRefusedAndTakesItsNetworkBack() {
    NetworkSpec spec = spec("net", "bridge");
    Given lost =
        Given.nothing()
            .and(Subjects.networkName("net"), new NetworkNameClaimed("net", "n1"))
            .and(Subjects.network("n2"), new NetworkCreated("n2", spec));
    Decision<DomainEvent, Optional<Problem>> decision =
        NetworkDecider.create(lost, "n2", spec, List.of());
    assertThat(events(decision)).containsExactly(new NetworkRemoved("n2", "net"));
    assertThat(((Decision.Accepted<DomainEvent, Optional<Problem>>) decision).answer())
        .contains(Refusals.networkExists("net"));
    assertThat(NetworkDecider.create(with(spec, "n1"), "n3", spec, List.of()))
        .isEqualTo(new Decision.Rejected<>(Refusals.networkExists("net")));
  }

  @Test
  void poolsDoNotOverlap() {
    NetworkSpec first = spec("net", "bridge", pool("10.0.0.0/24", "", "10.0.0.1"));
    Network other = with(first, "n1").network("n1").orElseThrow();
    NetworkSpec second = spec("two", "bridge", pool("10.0.0.128/25", "", "10.0.0.129"));
    assertThat(NetworkDecider.create(Given.nothing(), "n2", second, List.of(other)))
        .isEqualTo(new Decision.Rejected<>(Refusals.poolOverlaps()));
  }

  @Test
  void removedWithItsNameOnce() {
    NetworkSpec spec = spec("net", "bridge");
    Given given = with(spec, "n1");
    assertThat(events(NetworkDecider.remove(given, "n1")))
        .containsExactly(new NetworkRemoved("n1", "net"), new NetworkNameReleased("net", "n1"));
    assertThat(events(NetworkDecider.remove(Given.nothing(), "n1"))).isEmpty();
    assertThat(NetworkDecider.remove(with(spec("bridge", "bridge"), "n0"), "n0"))
        .isEqualTo(new Decision.Rejected<>(Refusals.builtinStays("bridge")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bridge | bridge | operation is not permitted on predefined bridge network",
        "net | host | only one instance of \"host\" network is allowed",
        "net | null | only one instance of \"null\" network is allowed",
        "net | odd | could not find plugin odd in v1 plugin registry: plugin not found",
      })
  void namesAndDrivers(String name, String driver, String message) {
    assertThat(NetworkDecider.refusal(spec(name, driver)).orElseThrow().message())
        .isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0/24 | '' | '' | invalid subnet 10.0.0/24: invalid CIDR block notation",
        "10.0.0.1/24 | '' | '' | invalid subnet 10.0.0.1/24: it should be 10.0.0.0/24",
        "10.0.0.0/24 | x | '' | invalid ip-range x: invalid CIDR block notation",
        "10.0.0.0/24 | 10.0.0.0/16 | '' | invalid ip-range 10.0.0.0/16: CIDR block is bigger than its parent subnet 10.0.0.0/24",
        "10.0.0.0/24 | 10.0.0.1/25 | '' | invalid ip-range 10.0.0.1/25: it should be 10.0.0.0/25",
        "10.0.0.0/24 | 10.0.1.0/25 | '' | invalid ip-range 10.0.1.0/25: parent subnet 10.0.0.0/24 doesn't contain ip-range",
        "10.0.0.0/24 | '' | x | invalid gateway x: invalid address",
        "10.0.0.0/24 | '' | ::1 | invalid gateway ::1: parent subnet is an IPv4 block",
        "10.0.0.0/24 | '' | 10.0.1.1 | invalid gateway 10.0.1.1: parent subnet 10.0.0.0/24 doesn't contain this address",
      })
  void addressManagement(String subnet, String range, String gateway, String message) {
    assertThat(
            NetworkDecider.refusal(spec("net", "bridge", pool(subnet, range, gateway)))
                .orElseThrow()
                .message())
        .isEqualTo("invalid network config:\n" + message);
  }
}
