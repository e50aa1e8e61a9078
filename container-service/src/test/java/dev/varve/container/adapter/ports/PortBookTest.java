package dev.varve.container.adapter.ports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.PublishedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortBookTest {
  private final PortBook book = new PortBook();

  @ParameterizedTest
  @CsvSource({
    "tcp,0.0.0.0,80,true",
    "tcp,10.0.0.1,80,true",
    "tcp,10.0.0.2,80,false",
    "tcp,10.0.0.1,81,false",
    "udp,10.0.0.1,80,false",
    "tcp,::,80,false",
    "tcp,::1,80,false",
  })
  void oneAddressAndAllExcludeEachOther(
      String protocol, String hostIp, int number, boolean excluded) {
    book.take(new PublishedPort("tcp", 1, "10.0.0.1", 80), "web");
    assertThat(book.holder(protocol, hostIp, number).isPresent()).isEqualTo(excluded);
  }

  @Test
  void allAddressesExcludeEachOfThem() {
    PublishedPort any = new PublishedPort("tcp", 1, "0.0.0.0", 80);
    book.take(any, "web");
    assertThat(book.holder("tcp", "10.0.0.9", 80)).contains("web");
    book.free(any);
    assertThat(book.holder("tcp", "10.0.0.9", 80)).isEmpty();
  }
}
