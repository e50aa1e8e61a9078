package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposedPortsTest {

  @Test
  void rangesAndProtocolsAreWrittenOut() {
    assertThat(ports("80 53/UDP 8000-8002/tcp 8001 127.0.0.1:1:9/sctp 1000-1001:70"))
        .containsExactly(
            "9/sctp", "70/tcp", "80/tcp", "8000/tcp", "8001/tcp", "8002/tcp", "53/udp");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x        | invalid containerPort: x",
        "65536    | invalid containerPort: 65536",
        "9-8      | invalid containerPort: 9-8",
        "80/foo   | invalid port: \"80/foo\": invalid proto: foo",
        "/tcp     | invalid port: \"/tcp\": no port specified",
        "x:80     | invalid hostPort: x",
        "x.y:1:80 | invalid IP address: x.y",
        "1-3:80-81 | invalid ranges specified for container and host Ports: 80-81 and 1-3",
      })
  void refusesInDockersWords(String text, String message) {
    Refusals.assertRefused(() -> ports(text), "dockerfile parse error on line 2: " + message);
  }

  private static List<String> ports(String text) {
    return ExposedPorts.of(Files.one(Instruction.Expose.class, "EXPOSE " + text));
  }
}
