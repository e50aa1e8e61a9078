package dev.varve.eventlog.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.eventlog.testing.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PostgresTextTest {
  private static final char[] NASTY = {
    0, '\uE000', '\uD83D', '\uDE00', '\uDFFF', 'a', '\\', 'u', '0', '"', '\n', '\u2603'
  };

  @Test
  void plainTextStaysAsItIs() {
    String text = "plain, \u00e4 \u2603 \uD83D\uDE00";
    assertThat(PostgresText.keep(text)).isEqualTo(text);
  }

  @Test
  void anyTextComesBack() {
    Seeds.each(
        20_000,
        seed -> {
          String text = nasty(new Random(seed));
          String kept = PostgresText.keep(text);
          assertThat(kept).doesNotContain("\0");
          assertThat(kept.codePoints()).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
          assertThat(PostgresText.back(kept)).isEqualTo(text);
        });
  }

  @Test
  void anyJsonStringComesBack() {
    ObjectMapper mapper = new ObjectMapper();
    Seeds.each(
        20_000,
        seed -> {
          Random random = new Random(seed);
          String text = nasty(random);
          try {
            String json = mapper.writeValueAsString(text);
            if (random.nextBoolean()) {
              json = allEscaped(text);
            }
            String kept = PostgresText.keepJson(json);
            assertThat(kept).doesNotContain("\0");
            assertThat(mapper.readValue(kept, String.class)).isEqualTo(PostgresText.keep(text));
            assertThat(mapper.readValue(PostgresText.backJson(kept), String.class)).isEqualTo(text);
          } catch (java.io.IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static String nasty(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(NASTY[random.nextInt(NASTY.length)]);
    }
    return text.toString();
  }

  private static String allEscaped(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      json.append("\\u%04x".formatted((int) text.charAt(i)));
    }
    return json.append('"').toString();
  }
}
