package dev.varve.container.adapter.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.NameServer.Ports;
import dev.varve.container.domain.NetworkOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentRulesTest {
  private final SegmentRules rules = SegmentRules.of("varve", new Ports(61053, 61054));

  @Test
  void aNetworkIsElementsOfSets() {
    assertThat(rules.adding(TestNetworks.own("a", false, Map.of(), "10.1.0.0/24", "fd01::/64")))
        .isEqualTo(
            """
            add element inet varve_networks bridges { "br-a" }
            add element inet varve_networks within { "br-a" . "br-a" }
            add element inet varve_networks sources { "br-a" . 10.1.0.0/24 }
            add element inet varve_networks home { 10.1.0.0/24 . "br-a" }
            add element inet varve_networks hidden { 10.1.0.0/24 }
            add element inet varve_networks gateways { 10.1.0.1 }
            add element inet varve_networks doors { "br-a" . 10.1.0.1 }
            add element inet varve_networks sources6 { "br-a" . fd01::/64 }
            add element inet varve_networks home6 { fd01::/64 . "br-a" }
            add element inet varve_networks hidden6 { fd01::/64 }
            add element inet varve_networks gateways6 { fd01::1 }
            add element inet varve_networks doors6 { "br-a" . fd01::1 }
            """);
  }

  @Test
  void anInternalOneIsNotHiddenAndOneWithoutCommunicationNotWithin() {
    assertThat(
            rules.adding(
                TestNetworks.own("a", true, Map.of(NetworkOptions.ICC, "false"), "10.1.0.0/24")))
        .contains("internal { \"br-a\" }")
        .doesNotContain("hidden", "home", "within");
    assertThat(
            rules.adding(
                TestNetworks.own(
                    "a", false, Map.of(NetworkOptions.MASQUERADE, "false"), "10.1.0.0/24")))
        .doesNotContain("hidden");
  }

  @Test
  void whatIsTakenAwayNeedNotBeThere() {
    List<String> lines =
        rules.removing(TestNetworks.own("a", false, Map.of(), "10.1.0.0/24")).lines().toList();
    assertThat(lines).hasSize(14);
    for (int i = 0; i < 7; i++) {
      assertThat(lines.get(i + 7)).isEqualTo(lines.get(i).replaceFirst("add", "delete"));
    }
  }
}
