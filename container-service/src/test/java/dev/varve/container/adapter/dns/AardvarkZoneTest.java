package dev.varve.container.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Outside;
import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.domain.Subnet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AardvarkZoneTest {
  private static final List<String> HOST = List.of("192.0.2.53");

  private static Zone zone(boolean internal, Entry... entries) {
    return new Zone(
        "n1",
        List.of("10.0.0.1"),
        List.of(Subnet.parse("10.0.0.0/29")),
        internal,
        List.of(entries));
  }

  private static Entry entry(String id, String ipv4, List<String> names, String... servers) {
    return new Entry(id, ipv4, "", names, Outside.AS_NETWORK, List.of(servers));
  }

  @Test
  void aLineForEachContainer() {
    Entry both =
        new Entry(
            "c1", "10.0.0.2", "fd00::2", List.of("Web", "abc"), Outside.AS_NETWORK, List.of());
    assertThat(
            AardvarkZone.render(
                zone(
                    false,
                    both,
                    entry("c2", "10.0.0.3", List.of("db"), "9.9.9.9", "8.8.8.8"),
                    entry("c2", "10.9.0.3", List.of())),
                HOST))
        .isEqualTo(
            """
            10.0.0.1
            c1 10.0.0.2 fd00::2 web,abc
            c2 10.0.0.3  db 9.9.9.9,8.8.8.8
            c2-0 10.9.0.3  _0
            """);
  }

  @Test
  void nobodyOnAnInternalNetworkAsksOutsideNotEvenUnderAnAddressOfNobody() {
    assertThat(AardvarkZone.render(zone(true, entry("c1", "10.0.0.2", List.of("web"))), HOST))
        .isEqualTo(
            """
            10.0.0.1 127.255.255.254
            c1 10.0.0.2  web
            _ 10.0.0.0,10.0.0.1,10.0.0.3,10.0.0.4,10.0.0.5,10.0.0.6,10.0.0.7  _ 127.255.255.254
            """);
  }

  @Test
  void whoIsOnAnotherNetworkAsWellAsksFromThere() {
    Entry elsewhere = new Entry("c1", "10.9.0.2", "", List.of(), Outside.YES, List.of());
    assertThat(AardvarkZone.render(zone(false, elsewhere), HOST))
        .endsWith("c1-0 10.9.0.2  _0 192.0.2.53\n");
  }

  @Test
  void aNameMakesNoLineOfItsOwn() {
    assertThat(
            AardvarkZone.render(
                zone(false, entry("c1", "10.0.0.2", List.of("a\nb 10.0.0.9  evil", "x,y", "ok"))),
                HOST))
        .isEqualTo("10.0.0.1\nc1 10.0.0.2  ok\n");
  }
}
