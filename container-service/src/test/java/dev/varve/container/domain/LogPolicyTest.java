package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogPolicyTest {
  private static LogPolicy of(String driver, Map<String, String> options) {
    return LogPolicy.of(new LogConfig(driver, options));
  }

  @Test
  void boundsTheDiskUnlessTold() {
    assertThat(of("", Map.of())).isEqualTo(new LogPolicy(true, 100_000_000, 5, false));
    assertThat(of("json-file", Map.of())).isEqualTo(LogPolicy.DEFAULT);
    assertThat(of("local", Map.of())).isEqualTo(new LogPolicy(true, 20 << 20, 5, true));
    assertThat(of("none", Map.of("anything", "goes")).kept()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10m,10000000",
    "10k,10000",
    "1.5kb,1500",
    "512,512",
    "1G,1000000000",
    "3 MiB,3000000"
  })
  void sizesAreInPowersOfAThousand(String text, long bytes) {
    assertThat(of("json-file", Map.of("max-size", text)).maxSize()).isEqualTo(bytes);
  }

  @Test
  void aSizeAloneMeansOneFile() {
    assertThat(of("json-file", Map.of("max-size", "1m")).maxFiles()).isEqualTo(1);
    assertThat(of("json-file", Map.of("max-size", "1m", "max-file", "3", "compress", "true")))
        .isEqualTo(new LogPolicy(true, 1_000_000, 3, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json-file|max-size|-1|invalid size: '-1'",
        "json-file|max-size|0|max-size must be a positive number",
        "json-file|max-size|big|invalid size: 'big'",
        "json-file|max-file|0|max-file cannot be less than 1",
        "json-file|max-file|x|strconv.Atoi: parsing \"x\": invalid syntax",
        "json-file|compress|maybe|strconv.ParseBool: parsing \"maybe\": invalid syntax",
        "json-file|compress|true|compress cannot be true when max-file is less than 2 or max-size is not set",
        "local|max-size|big|invalid value for max-size: big: invalid size: 'big'",
        "local|max-file|1|compression cannot be enabled when max file count is 1"
      })
  void badValuesFailTheStart(String driver, String option, String value, String message) {
    assertThatThrownBy(() -> of(driver, Map.of(option, value)))
        .hasMessage("failed to initialize logging driver: " + message);
  }

  @Test
  void unknownNamesFailTheCreation() {
    assertThatThrownBy(() -> LogPolicy.check(new LogConfig("syslog", Map.of())))
        .hasMessage("logger: no log driver named 'syslog' is registered");
    assertThatThrownBy(() -> LogPolicy.check(new LogConfig("", Map.of("colour", "red"))))
        .hasMessage("unknown log opt 'colour' for json-file log driver");
    assertThatThrownBy(() -> LogPolicy.check(new LogConfig("local", Map.of("colour", "red"))))
        .hasMessage("unknown log opt 'colour' for log driver local");
    assertThatThrownBy(() -> LogPolicy.check(new LogConfig("", Map.of("mode", "lossy"))))
        .hasMessage("logger: logging mode not supported: lossy");
    assertThatThrownBy(() -> LogPolicy.check(new LogConfig("", Map.of("max-buffer-size", "1m"))))
        .hasMessage("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    assertThatCode(() -> LogPolicy.check(new LogConfig("none", Map.of("colour", "red"))))
        .doesNotThrowAnyException();
    assertThatCode(() ->
            LogPolicy.check(
                new LogConfig("", Map.of("mode", "non-blocking", "max-buffer-size", "4m"))))
        .doesNotThrowAnyException();
  }
}
