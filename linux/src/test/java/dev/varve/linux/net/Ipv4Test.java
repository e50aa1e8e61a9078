package dev.varve.linux.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4Test {
  @Test
  void readsAndWrites() {
    Ipv4 address = Ipv4.parse("192.168.5.200/20");
    assertThat(address).hasToString("192.168.5.200/20");
    assertThat(address.network()).hasToString("192.168.0.0/20");
    assertThat(address.host(3).address()).isEqualTo("192.168.0.3");
    assertThat(address.size()).isEqualTo(4096);
    assertThat(Ipv4.parse("172.17.0.2").mac()).isEqualTo("02:42:ac:11:00:02");
  }

  @ParameterizedTest
  @CsvSource({
    "172.17.0.0/16, 172.17.9.0/24, true",
    "172.17.0.0/16, 172.16.0.0/12, true",
    "172.17.0.0/16, 172.18.0.0/16, false",
    "10.0.0.0/8, 0.0.0.0/0, true",
  })
  void knowsOverlaps(String a, String b, boolean overlap) {
    assertThat(Ipv4.parse(a).overlaps(Ipv4.parse(b))).isEqualTo(overlap);
    assertThat(Ipv4.parse(b).overlaps(Ipv4.parse(a))).isEqualTo(overlap);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3", "1.2.3.256", "1.2.3.4/33", "a.b.c.d", "1.2.3.4/", ""})
  void refusesOtherThings(String text) {
    assertThatThrownBy(() -> Ipv4.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
