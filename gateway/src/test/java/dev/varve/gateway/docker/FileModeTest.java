package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileModeTest {
  /** As dockerd 20.10 wrote them, in octal and in Go's numbers. */
  @ParameterizedTest
  @CsvSource({
    "0100644, 420",
    "0040755, 2147484141",
    "0120777, 134218239",
    "0104755, 8389101",
    "0010644, 33554852",
    "0041777, 2148532735",
    "0102755, 4194797",
    "0020666, 69206454",
    "0060660, 67109296",
    "0140755, 16777709",
  })
  void ofGo(String octal, long go) {
    assertThat(FileMode.ofGo(Integer.parseInt(octal, 8))).isEqualTo(go);
  }
}
