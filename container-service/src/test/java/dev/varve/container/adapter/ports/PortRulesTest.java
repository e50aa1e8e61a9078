package dev.varve.container.adapter.ports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.PublishedPorts.Publication;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PublishedPort;
import dev.varve.linux.net.PacketTables.Element;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortRulesTest {
  private static final Publication WEB =
      new Publication(
          "varve0",
          new NetworkAttachment(
                  "bridge", "n1", "e1", "172.17.0.2", 16, "172.17.0.1", "02:42:ac:11:00:02")
              .publishing(
                  List.of(
                      new PublishedPort("tcp", 80, "0.0.0.0", 8080),
                      new PublishedPort("tcp", 80, "::", 8080),
                      new PublishedPort("udp", 53, "127.0.0.1", 5353))));

  @Test
  void theScriptNamesEachPortOnce() {
    assertThat(new PortRules("varve-ports").script(List.of(WEB)))
        .startsWith("table inet varve-ports\ndelete table inet varve-ports\n")
        .contains("elements = { tcp . 8080 : 172.17.0.2 . 80 }")
        .contains("elements = { 127.0.0.1 . udp . 5353 : 172.17.0.2 . 53 }")
        .contains("elements = { \"varve0\" . 172.17.0.0/16 }")
        .contains("elements = { 172.17.0.2 . tcp . 8080, 172.17.0.2 . udp . 5353 }")
        .doesNotContain("::");
  }

  @Test
  void withNothingPublishedThereAreNoElements() {
    assertThat(new PortRules("varve-ports").script(List.of())).doesNotContain("elements");
  }

  @Test
  void elementsAreAsTheKernelHasThem() {
    assertThat(PortRules.elementsOf(WEB, true).stream().map(PortRulesTest::text))
        .containsExactly(
            "on-any 06000000 1f900000 -> ac110002 00500000",
            "themselves ac110002 06000000 1f900000",
            "on-one 7f000001 11000000 14e90000 -> ac110002 00350000",
            "themselves ac110002 11000000 14e90000",
            "returning 76617276 65300000 00000000 00000000 ac110000"
                + " to 76617276 65300000 00000000 00000000 ac11ffff");
    assertThat(PortRules.elementsOf(WEB, false)).hasSize(4);
  }

  private static String text(Element element) {
    return element.set()
        + words(element.key())
        + (element.to().length == 0 ? "" : " to" + words(element.to()))
        + (element.value().length == 0 ? "" : " ->" + words(element.value()));
  }

  private static String words(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).replaceAll("(.{8})", " $1");
  }
}
