package dev.varve.container.adapter.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EphemeralPortsTest {
  @Test
  void theHostsRangeIsReadWhole() throws IOException {
    assertThat(EphemeralPorts.ofHost().size()).isPositive();
  }

  @Test
  void onePortAfterTheOtherAndFromTheBeginningAgain() {
    EphemeralPorts ports = new EphemeralPorts(5, 7);
    assertThat(IntStream.range(0, 4).map(_ -> ports.next())).containsExactly(5, 6, 7, 5);
  }
}
