package dev.varve.container.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import java.util.List;
import org.junit.jupiter.api.Test;

class AardvarkZoneTest {
  private static String render(Entry... entries) {
    List<String> listen = List.of("10.0.0.1", "fd00::1");
    return AardvarkZone.render(new Zone("n1", listen, false, List.of(entries)), listen);
  }

  private static Entry entry(String id, String ipv4, List<String> names, String... servers) {
    return new Entry(id, ipv4, "", names, List.of(servers));
  }

  @Test
  void aLineForEachContainer() {
    Entry both = new Entry("c1", "10.0.0.2", "fd00::2", List.of("Web", "abc"), List.of());
    assertThat(
            render(
                both,
                entry("c2", "10.0.0.3", List.of("db"), "9.9.9.9", "8.8.8.8"),
                entry("c3", "", List.of())))
        .isEqualTo(
            """
            10.0.0.1,fd00::1
            c1 10.0.0.2 fd00::2 web,abc
            c2 10.0.0.3  db 9.9.9.9,8.8.8.8
            c3   _
            """);
  }

  @Test
  void aNameMakesNoLineOfItsOwn() {
    assertThat(render(entry("c1", "10.0.0.2", List.of("a\nb 10.0.0.9  evil", "x,y", "ok"))))
        .isEqualTo("10.0.0.1,fd00::1\nc1 10.0.0.2  ok\n");
    assertThat(render(entry("c1", "10.0.0.2", List.of("x y")))).endsWith("c1 10.0.0.2  _\n");
  }
}
