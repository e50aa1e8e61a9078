package dev.varve.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressBarTest {
  /** Read off dockerd's wire. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "36445, 1400662, \"[=>                                                 ]  36.45kB/1.401MB\"",
        "700468, 700468, \"[==================================================>]  700.5kB/700.5kB\"",
        "36445, 2100920, \"[>                                                  ]  36.45kB/2.101MB\"",
        "34304, 1982389, \"[>                                                  ]   34.3kB/1.982MB\"",
        "2140160, 1982389, \"[==================================================>]   2.14MB\"",
        "0, 0, \"\"",
        "1000, 0, \"     1kB\"",
      })
  void isDockers(long current, long total, String text) {
    assertThat(ProgressBar.of(current, total)).isEqualTo(text);
  }
}
