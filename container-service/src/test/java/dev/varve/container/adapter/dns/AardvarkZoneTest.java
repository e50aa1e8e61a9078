package dev.varve.container.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import java.util.List;
import org.junit.jupiter.api.Test;

class AardvarkZoneTest {
  @Test
  void aLineForEachContainer() {
    Zone zone =
        new Zone(
            "n1",
            List.of("10.0.0.1", "fd00::1"),
            false,
            List.of(
                new Entry("c1", "10.0.0.2", "fd00::2", List.of("Web", "abc"), List.of()),
                new Entry("c2", "10.0.0.3", "", List.of("db"), List.of("9.9.9.9", "8.8.8.8")),
                new Entry("c2", "10.9.0.3", "", List.of(), List.of())));
    assertThat(AardvarkZone.render(zone))
        .isEqualTo(
            """
            10.0.0.1,fd00::1
            c1 10.0.0.2 fd00::2 web,abc
            c2 10.0.0.3  db 9.9.9.9,8.8.8.8
            c2-0 10.9.0.3  _0
            """);
  }

  @Test
  void anInternalNetworkAsksNobodyOutside() {
    Zone zone =
        new Zone(
            "n1",
            List.of("10.0.0.1"),
            true,
            List.of(new Entry("c1", "10.0.0.2", "", List.of("web"), List.of())));
    assertThat(AardvarkZone.render(zone))
        .isEqualTo("10.0.0.1 127.255.255.254\nc1 10.0.0.2  web\n");
  }

  @Test
  void aNameMakesNoLineOfItsOwn() {
    Zone zone =
        new Zone(
            "n1",
            List.of("10.0.0.1"),
            false,
            List.of(
                new Entry("c1", "10.0.0.2", "", List.of("a\nb 10.0.0.9  evil", "x,y", "ok"), List.of())));
    assertThat(AardvarkZone.render(zone)).isEqualTo("10.0.0.1\nc1 10.0.0.2  ok\n");
  }
}
