package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcePatternTest {

  @ParameterizedTest
  @CsvSource({
    "a, a, '', a",
    "/a/, a, '', a",
    "./a/../b, b, '', b",
    "../../a, a, '', a",
    "., '', '', ''",
    "a/b*, a, b*, ",
    "*.txt, '', *.txt, ",
    "a/*/c/d?, a, */c/d?, ",
    "arr[[]0].txt, '', arr[[]0].txt, ",
    "a\\*, a\\*, '', a\\*",
  })
  void looksForAPatternBelowWhatIsNone(String source, String base, String glob, String required) {
    SourcePattern pattern = SourcePattern.of(source, false);

    assertThat(pattern.base()).isEqualTo(base);
    assertThat(pattern.glob().map(PathPattern::toString).orElse("")).isEqualTo(glob);
    assertThat(pattern.required()).isEqualTo(Optional.ofNullable(required));
    assertThat(pattern.kept()).isEmpty();
  }

  @Test
  void matchesNameByName() {
    PathPattern glob = SourcePattern.of("a/*/c?.[ch]", false).glob().orElseThrow();

    assertThat(glob.matches("x/c1.h")).isTrue();
    assertThat(glob.matches("x/y/c1.h")).isFalse();
    assertThat(glob.matches("x/c1.h/z")).isFalse();
    assertThat(glob.mayMatchBelow("x")).isTrue();
    assertThat(glob.mayMatchBelow("x/y")).isFalse();
    assertThat(SourcePattern.of("**/x", false).glob().orElseThrow().matches("a/b/x")).isFalse();
    assertThat(SourcePattern.of("arr[[]0].txt", false).glob().orElseThrow().matches("arr[0].txt"))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, '', '', a/b, a/b",
    "/a/./b/c, a, '', b/c, a/b/c",
    "/a/b/c/., '', '', a/b/c, a/b/c",
    "./a/b, '', '', a/b, a/b",
    "/a/./b/./c, a, '', b/c, a/b/c",
    "x/b*/./c/**/e, x, b*, c/d/e, ",
    "./src/**/*.txt, '', '', src/a.txt, ",
    "., '', '', any/thing, ''",
  })
  void keepsParentsBehindThePivot(
      String source, String base, String glob, String kept, String required) {
    SourcePattern pattern = SourcePattern.of(source, true);

    assertThat(pattern.base()).isEqualTo(base);
    assertThat(pattern.glob().map(PathPattern::toString).orElse("")).isEqualTo(glob);
    assertThat(pattern.kept().orElseThrow().matches(kept)).isTrue();
    assertThat(pattern.kept().orElseThrow().matches("other.md")).isEqualTo(source.equals("."));
    assertThat(pattern.required()).isEqualTo(Optional.ofNullable(required));
  }

  @Test
  void refusesPatternsThatAreNone() {
    Refusals.assertRefused(
        () -> SourcePattern.of("a/[b", false), "syntax error in pattern: \"a/[b\"");
    Refusals.assertRefused(() -> SourcePattern.of("[b", true), "syntax error in pattern: \"[b\"");
  }
}
