package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortBindingsTest {
  private static PortBindings bindings(String... bindings) {
    return Specs.publishing(Specs.host(), bindings).ports();
  }

  @Test
  void areTakenInTheOrderOfTheirPorts() {
    assertThat(
            bindings("443/tcp=8443", "80/tcp=127.0.0.1:", "80/tcp=8000-8010", "53/udp=::1:0")
                .wanted(List.of("9/tcp")))
        .containsExactly(
            new Wanted("udp", 53, "::1", 0, 0),
            new Wanted("tcp", 80, "127.0.0.1", 0, 0),
            new Wanted("tcp", 80, "", 8000, 8010),
            new Wanted("tcp", 443, "", 8443, 8443));
  }

  @Test
  void anEmptyListIsOneEmptyBinding() {
    TreeMap<String, List<PortBindings.HostAddress>> byPort = new TreeMap<>();
    byPort.put("80/tcp", List.of());
    assertThat(new PortBindings(byPort, false).wanted(List.of()))
        .containsExactly(new Wanted("tcp", 80, "", 0, 0));
  }

  @Test
  void allExposedOnesAreTakenWhenAskedFor() {
    PortBindings some = bindings("80/tcp=8080");
    assertThat(new PortBindings(some.byPort(), true).wanted(List.of("90-91/udp", "80", "7/TCP")))
        .containsExactly(
            new Wanted("tcp", 7, "", 0, 0),
            new Wanted("tcp", 80, "", 8080, 8080),
            new Wanted("udp", 90, "", 0, 0),
            new Wanted("udp", 91, "", 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x/tcp=1|invalid port specification: \"x\"",
        "80-81/tcp=1|invalid port specification: \"80-81\"",
        "0/tcp=1|invalid port specification: \"0\"",
        "65536/tcp=1|invalid port specification: \"65536\"",
        "80/foo=1|invalid proto: foo",
        "80/tcp=x|invalid port specification: \"x\"",
        "80/tcp=90-80|invalid port specification: \"90-80\"",
        "80/tcp=99999|invalid port specification: \"99999\"",
        "80/tcp=0-9|invalid port specification: \"0-9\"",
        "80/tcp=nope:1|invalid IP address: nope",
        "80/tcp=1.2.3.256:1|invalid IP address: 1.2.3.256",
      })
  void whatIsNoPortIsRefused(String binding, String message) {
    assertThat(PortRules.refusal(bindings(binding))).map(Problem::message).contains(message);
  }

  @Test
  void whatIsAPortIsNot() {
    assertThat(
            PortRules.refusal(
                bindings("80=", "80/udp=0", "81/sctp=1-65535", "82/tcp=::1:7", "83/tcp=0.0.0.0:1")))
        .isEqualTo(Optional.empty());
  }
}
