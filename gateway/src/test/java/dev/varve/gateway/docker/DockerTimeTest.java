package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.gateway.http.Refusal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerTimeTest {
  @Test
  void writesAsManyDigitsAsNeededOrAlwaysNine() {
    assertThat(DockerTime.rfc3339(0)).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(DockerTime.rfc3339(1_000_000_000L)).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(DockerTime.rfc3339(1_050_000_000L)).isEqualTo("1970-01-01T00:00:01.05Z");
    assertThat(DockerTime.fixed(1_050_000_000L)).isEqualTo("1970-01-01T00:00:01.050000000Z");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "7, 7000000000",
    "7.5, 7500000000",
    "1700000000.000000001, 1700000000000000001",
    "1970-01-01T00:00:02Z, 2000000000",
    "1970-01-01T01:00:02.5+01:00, 2500000000",
  })
  void readsSecondsAndRfc3339(String text, long nanos) throws Refusal {
    assertThat(DockerTime.parse(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "1e9", "999999999999", "1.0000000001", "2024-01-01"})
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> DockerTime.parse(text)).isInstanceOf(Refusal.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1h30m, -5400000000000",
    "1.5s, -1500000000",
    "-10ms, 10000000",
    "90µs, -90000",
    "7, 7000000000",
    "1970-01-01T01:00:02.5+01:00, 2500000000",
  })
  void readsDurationsBeforeNow(String text, long nanos) throws Refusal {
    assertThat(DockerTime.parse(text, Instant.EPOCH)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-01-01, 2024-01-01T00:00:00",
    "2024-01-01T10:20, 2024-01-01T10:20:00",
    "2024-01-01T10:20:30.5, 2024-01-01T10:20:30.5",
  })
  void readsLocalTimes(String text, LocalDateTime expected) throws Refusal {
    assertThat(DockerTime.instant(DockerTime.parse(text, Instant.EPOCH)))
        .isEqualTo(expected.atZone(ZoneId.systemDefault()).toInstant());
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "1y", "h", "1h2", "999999999999999999h"})
  void refusesWhatIsNeither(String text) {
    assertThatThrownBy(() -> DockerTime.parse(text, Instant.EPOCH)).isInstanceOf(Refusal.class);
  }
}
