package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.adapter.network.TestNetworks;
import dev.varve.container.application.ContainerNetwork.Names;
import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.application.NameZones.Member;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NameZonesTest {
  private static final Network ONE =
      TestNetworks.own("one", false, Map.of(), "10.1.0.0/24", "fd01::/64");
  private static final Network SHUT = TestNetworks.own("shut", true, Map.of(), "10.2.0.0/24");
  private static final Network BRIDGE =
      TestNetworks.builtinBridge("b0", Subnet.parse("172.17.0.0/16"));

  private final Map<String, Network> networks = new TreeMap<>();
  private final Map<String, Member> members = new TreeMap<>();
  private final NameZones zones = new NameZones(networks, members);

  NameZonesTest() {
    for (Network network : List.of(ONE, SHUT, BRIDGE)) {
      networks.put(network.id(), network);
    }
  }

  private static NetworkAttachment place(
      Network on, String address, List<String> aliases, String... links) {
    return new NetworkAttachment(
        on.name(),
        on.id(),
        "e-" + address,
        address,
        24,
        on.gateway(),
        "",
        Optional.empty(),
        "eth0",
        new EndpointSpec(on.name(), "", "", List.of(), aliases, List.of(links), "", Map.of(), 0),
        List.of());
  }

  private Member member(String id, String name, NetworkAttachment... places) {
    Member member = new Member(List.of(places), new Names(List.of(name, id), List.of("9.9.9.9")));
    members.put(id, member);
    return member;
  }

  private Zone zone(String id) {
    return zones.all().stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void aZoneForEachNetworkOnWhichNamesAreResolved() {
    member(
        "c1", "web", place(ONE, "10.1.0.2", List.of("front")), place(SHUT, "10.2.0.2", List.of()));
    member("c2", "old", place(BRIDGE, "172.17.0.2", List.of()));
    assertThat(zones.all()).extracting(Zone::id).containsExactlyInAnyOrder(ONE.id(), SHUT.id());
    assertThat(zone(ONE.id()).listen()).containsExactly("10.1.0.1", "fd01::1");
    assertThat(zone(ONE.id()).internal()).isFalse();
    assertThat(zone(ONE.id()).entries())
        .containsExactly(
            new Entry("c1", "10.1.0.2", "", List.of("web", "c1", "front"), List.of("9.9.9.9")));
    assertThat(zone(SHUT.id()).internal()).isTrue();
    assertThat(zone(SHUT.id()).entries()).extracting(Entry::ipv4).containsExactly("10.2.0.2");
  }

  @Test
  void aLinkIsANameForOneAlone() {
    Member db = member("db1", "db", place(ONE, "10.1.0.2", List.of("store")));
    member("web1", "web", place(ONE, "10.1.0.3", List.of(), "store:sql", "nobody:x"));
    Zone links = zone("web1-links");
    assertThat(links.listen()).isEmpty();
    assertThat(links.entries())
        .containsExactly(
            new Entry("db1-of-web1", "10.1.0.2", "", List.of("sql"), List.of("9.9.9.9")),
            new Entry("web1", "", "", List.of(), List.of("9.9.9.9")));
    assertThat(zones.touchedBy("db1", db))
        .extracting(Zone::id)
        .containsExactly(ONE.id(), "web1-links");
    members.remove("db1");
    assertThat(zones.touchedBy("db1", db))
        .filteredOn(it -> it.id().equals("web1-links"))
        .allMatch(it -> it.entries().isEmpty());
  }

  @Test
  void whoHasGoneIsInNoZoneAnyMore() {
    Member web = member("web1", "web", place(ONE, "10.1.0.3", List.of(), "web:me"));
    members.remove("web1");
    assertThat(zones.touchedBy("web1", web))
        .extracting(Zone::id)
        .containsExactly(ONE.id(), "web1-links");
    assertThat(zones.touchedBy("web1", web)).allMatch(it -> it.entries().isEmpty());
  }
}
