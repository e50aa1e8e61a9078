package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "fd00:0:0:1:0:0:0:7, fd00:0:0:1::7",
    "FD00::A, fd00::a",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:0:2:0:0:3:0:4, 1:0:2::3:0:4",
    "::ffff:10.1.2.3, ::ffff:a01:203",
    "fe80::, fe80::"
  })
  void addressesAreReadAndWritten(String text, String written) {
    assertThat(IpAddress.parse(text)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.-4",
        "a.b.c.d",
        ":",
        ":::",
        "1::2::3",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "localhost"
      })
  void whatIsNoAddressIsNone(String text) {
    assertThat(IpAddress.read(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "::/129", "/8"})
  void whatIsNoBlockIsNone(String text) {
    assertThat(Subnet.read(text)).isEmpty();
  }

  @Test
  void blocksContainAndOverlap() {
    Subnet subnet = Subnet.parse("10.1.2.3/16");
    assertThat(subnet.isExact()).isFalse();
    assertThat(subnet.exact()).hasToString("10.1.0.0/16");
    assertThat(subnet.last()).hasToString("10.1.255.255");
    assertThat(subnet.contains(IpAddress.parse("10.1.9.9"))).isTrue();
    assertThat(subnet.contains(IpAddress.parse("10.2.0.0"))).isFalse();
    assertThat(subnet.contains(IpAddress.parse("::1"))).isFalse();
    assertThat(subnet.overlaps(Subnet.parse("10.0.0.0/8"))).isTrue();
    assertThat(Subnet.parse("10.0.0.0/8").overlaps(subnet)).isTrue();
    assertThat(subnet.overlaps(Subnet.parse("10.2.0.0/16"))).isFalse();
    assertThat(Subnet.parse("fd00::/64").last()).hasToString("fd00::ffff:ffff:ffff:ffff");
  }
}
