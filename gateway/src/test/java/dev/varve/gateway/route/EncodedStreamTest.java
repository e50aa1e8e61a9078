package dev.varve.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedStreamTest {
  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "'deflate, gzip;q=1.0', gzip",
    "deflate, deflate",
    "'gzip;q=0, deflate', deflate",
    "gzip;q=0.5, gzip",
    "*, gzip",
    "br, ''",
    "'', ''",
    "identity, ''",
    "gzip;q=0.0, ''",
  })
  void whatTheClientAccepts(String accepted, String encoding) {
    assertThat(EncodedStream.encoding(accepted)).isEqualTo(encoding);
  }

  @Test
  void nothingSaidIsNothingWanted() {
    assertThat(EncodedStream.encoding(null)).isEmpty();
  }
}
