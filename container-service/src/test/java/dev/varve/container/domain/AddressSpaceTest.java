package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {
  private static AddressPool pool(String subnet, String range, String gateway) {
    return new AddressPool(subnet, range, gateway, Map.of("router", "10.0.0.4"), true);
  }

  private static String take(AddressSpace space) {
    return space.take(_ -> false).map(it -> it.address().toString()).orElse("none");
  }

  @Test
  void goesRoundAndRestsWhatWasFreed() {
    AddressSpace space = new AddressSpace(List.of(pool("10.0.0.0/29", "", "10.0.0.1")));
    assertThat(take(space)).isEqualTo("10.0.0.2");
    assertThat(take(space)).isEqualTo("10.0.0.3");
    space.free(IpAddress.parse("10.0.0.2"));
    assertThat(take(space)).as("neither the freed nor the auxiliary one").isEqualTo("10.0.0.5");
    assertThat(take(space)).isEqualTo("10.0.0.6");
    assertThat(take(space)).as("round again").isEqualTo("10.0.0.2");
    assertThat(take(space)).isEqualTo("none");
  }

  @Test
  void takesFromTheRangeAlone() {
    AddressSpace space =
        new AddressSpace(List.of(pool("10.0.0.0/24", "10.0.0.128/30", "10.0.0.1")));
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      taken.add(take(space));
    }
    assertThat(taken)
        .containsExactlyInAnyOrder("10.0.0.128", "10.0.0.129", "10.0.0.130", "10.0.0.131");
    assertThat(take(space)).isEqualTo("none");
  }

  @Test
  void aFixedAddressIsOnesOwnAndMayLieOutsideTheRange() {
    AddressSpace space =
        new AddressSpace(List.of(pool("10.0.0.0/24", "10.0.0.128/30", "10.0.0.1")));
    assertThat(space.claim(IpAddress.parse("10.0.0.7"))).isPresent();
    assertThat(space.claim(IpAddress.parse("10.0.0.7"))).isEmpty();
    assertThat(space.claim(IpAddress.parse("10.0.0.1"))).as("the gateway's").isEmpty();
    assertThat(space.claim(IpAddress.parse("10.0.1.7"))).as("of no pool").isEmpty();
  }

  @Test
  void sparesWhatOthersWillWantUntilNothingElseIsLeft() {
    AddressSpace space = new AddressSpace(List.of(pool("10.0.0.0/29", "", "10.0.0.1")));
    Set<String> wanted = Set.of("10.0.0.2", "10.0.0.3");
    Set<String> given = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      space
          .take(it -> wanted.contains(it.toString()))
          .ifPresent(it -> given.add(it.address().toString()));
    }
    assertThat(given).containsExactlyInAnyOrder("10.0.0.5", "10.0.0.6");
    assertThat(space.take(it -> wanted.contains(it.toString()))).isPresent();
  }

  @Test
  void secondPoolWhenTheFirstIsFull() {
    AddressSpace space =
        new AddressSpace(
            List.of(pool("10.0.0.0/30", "", "10.0.0.1"), pool("10.0.1.0/30", "", "10.0.1.1")));
    assertThat(take(space)).isEqualTo("10.0.0.2");
    assertThat(take(space)).isEqualTo("10.0.1.2");
  }

  @Test
  void anIpv6SubnetIsNotWalkedThrough() {
    AddressSpace space =
        new AddressSpace(List.of(new AddressPool("fd00::/64", "", "fd00::1", Map.of(), true)));
    assertThat(take(space)).isEqualTo("fd00::2");
  }

  @Test
  void defaultsAvoidWhatIsInUse() {
    assertThat(DefaultPools.forDefaultBridge(List.of()).orElseThrow()).hasToString("172.17.0.0/16");
    assertThat(
            DefaultPools.forDefaultBridge(
                    List.of(Subnet.parse("172.16.0.0/12"), Subnet.parse("192.168.1.0/24")))
                .orElseThrow())
        .hasToString("192.168.16.0/20");
    assertThat(
            DefaultPools.forNetwork(
                    List.of(
                        Subnet.parse("172.18.4.0/24"),
                        Subnet.parse("172.18.0.1/21"),
                        Subnet.parse("172.18.0.0/24"),
                        Subnet.parse("fd00::/8")))
                .orElseThrow())
        .hasToString("172.18.8.0/22");
    List<Subnet> inUse = new ArrayList<>(List.of(Subnet.parse("172.18.5.0/24")));
    assertThat(DefaultPools.forNetwork(inUse).orElseThrow()).hasToString("172.18.0.0/22");
    int networks = 0;
    for (var next = DefaultPools.forNetwork(inUse);
        next.isPresent();
        next = DefaultPools.forNetwork(inUse)) {
      if (inUse.stream().anyMatch(next.get()::overlaps)) {
        throw new AssertionError(next + " is in use");
      }
      inUse.add(next.get());
      networks++;
    }
    assertThat(networks).isEqualTo(14 * 64 + 64 - 1);
  }

  @Test
  void theGatewayIsTheFirstAddressOfTheRange() {
    AddressPool asked = new AddressPool("10.1.0.0/16", "10.1.5.0/24", "", Map.of(), true);
    assertThat(DefaultPools.completed(asked).gateway()).isEqualTo("10.1.5.0");
    assertThat(DefaultPools.pool(Subnet.parse("10.1.0.0/16")).gateway()).isEqualTo("10.1.0.1");
  }
}
