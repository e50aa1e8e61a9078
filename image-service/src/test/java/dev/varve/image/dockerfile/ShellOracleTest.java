package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random words, expanded here and by a real shell, where both mean the same. */
class ShellOracleTest {
  private static final int WORDS = 1500;
  private static final Map<String, String> VARIABLES =
      new TreeMap<>(
          Map.of(
              "a", "foobarbaz",
              "b", "",
              "c", "/usr/local/lib.so.1",
              "d", "x y",
              "e", "aaaa",
              "f", "a.b.c"));

  @ParameterizedTest
  @CsvSource({"sh, false", "bash, true"})
  void agreesWithAShell(String shell, boolean replaces) throws Exception {
    List<String> words = new ArrayList<>();
    Random random = new Random(57);
    for (int i = 0; i < WORDS; i++) {
      words.add(word(random, 2, replaces));
    }

    List<String> expected = byShell(shell, words);

    for (int i = 0; i < WORDS; i++) {
      assertThat(Files.expanded(words.get(i), VARIABLES))
          .as("%s on %s", shell, words.get(i))
          .isEqualTo(expected.get(i));
    }
  }

  private static String word(Random random, int depth, boolean replaces) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      word.append(part(random, depth, replaces));
    }
    return word.toString();
  }

  private static String part(Random random, int depth, boolean replaces) {
    String name = String.valueOf((char) ('a' + random.nextInt(8)));
    return switch (random.nextInt(replaces ? 10 : 9)) {
      case 0 -> "xyz".substring(random.nextInt(3));
      case 1 -> "$" + name;
      case 2 -> "${" + name + "}";
      case 3 -> List.of("\\$" + name, "\\\\", "\\\"", "\\'").get(random.nextInt(4));
      case 4 -> "'$" + name + " {\\'";
      case 5 -> depth == 0 ? "." : "\"" + inQuotes(random) + "\"";
      case 6, 7 ->
          depth == 0
              ? "-"
              : "${"
                  + name
                  + List.of(":-", "-", ":+", "+").get(random.nextInt(4))
                  + word(random, depth - 1, false)
                  + "}";
      case 8 ->
          "${"
              + name
              + List.of("#", "##", "%", "%%").get(random.nextInt(4))
              + pattern(random)
              + "}";
      default ->
          "${"
              + name
              + List.of("/", "//").get(random.nextInt(2))
              + "a"
              + pattern(random)
              + "/"
              + "xy".substring(random.nextInt(2))
              + "}";
    };
  }

  private static String inQuotes(Random random) {
    return List.of("$a", "${b:-c}", "a 'b' c", "\\$a", "\\\\", "\\\"", "\\x", "${c##*.}", "$d")
        .get(random.nextInt(9));
  }

  private static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      pattern.append(
          List.of("*", "?", "a", "b", "o", ".", "l", "so", "\\*", "\\?").get(random.nextInt(10)));
    }
    return pattern.toString();
  }

  private static List<String> byShell(String shell, List<String> words)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder();
    VARIABLES.forEach(
        (name, value) -> script.append(name).append("='").append(value).append("'\n"));
    for (int i = 0; i < words.size(); i++) {
      // An assignment neither cuts words nor looks for files: Docker's way.
      script.append("w=").append(words.get(i)).append('\n').append("printf '%s\\0' \"$w\"\n");
    }
    ProcessBuilder builder =
        new ProcessBuilder(shell).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try (var input = process.getOutputStream()) {
      input.write(script.toString().getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return List.of(output.split("\0", -1)).subList(0, words.size());
  }
}
