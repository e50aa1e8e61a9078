package dev.varve.image.application.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "2852039166",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "64:ff9b::a9fe:a9fe",
        "100.100.100.200",
        "0.0.0.0",
        "::",
        "224.0.0.1"
      })
  void refused(String address) throws UnknownHostException {
    assertThat(RemoteAddresses.isRefused(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "10.0.0.1", "192.168.0.1", "1.1.1.1", "fd00::1", "2001:db8::1"})
  void allowed(String address) throws UnknownHostException {
    assertThat(RemoteAddresses.isRefused(InetAddress.getByName(address))).isFalse();
  }
}
