package dev.varve.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternsTest {

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, a/b/c, true",
    "a, ab, false",
    "a, b/a, false",
    "a/b, a, false",
    "*, a, true",
    "*, a/b, true",
    "*.md, a.md, true",
    "*.md, a/b.md, false",
    "*/*.md, a/b.md, true",
    "?, a, true",
    "?, ab, false",
    "a?c, a/c, false",
    "[a-c]x, bx, true",
    "[^a-c]x, bx, false",
    "[^a-c]x, dx, true",
    "a[^x]b, a/b, false",
    "[]-a], x, bad",
    "[a, x, bad",
    "a\\, x, bad",
    "a\\*, a*, true",
    "a\\*, ab, false",
    "**, a, true",
    "**, a/b/c, true",
    "**/x, x, true",
    "**/x, a/b/x, true",
    "**/x, a/bx, false",
    "**x, a/bx, true",
    "**x*, a/bx, false",
    "**/x/y, a/x/y/z, true",
    "a/**, a, false",
    "a/**, a/b, true",
    "a/**, a/b/c, true",
    "a/**/z, a/z, true",
    "a/**/z, a/b/c/z, true",
    "a/**/z, a/bz, false",
    "a**, ab/c, true",
    "**/*.go, a/b.go, true",
    "**/*.go, b.go, true",
    "**/a*/b, x/ay/b/c, true",
    "./a//b/, a/b, true",
    "a/../b, b, true",
    "a/b/.., a, true",
    "'[a-z]*é?', xéß, true",
    "a.c, abc, false",
    "a+, a+, true",
    "(a|b), (a|b), true",
    "$x^, $x^, true",
  })
  void matchesPathsAndWhatIsBelow(String pattern, String path, String expected) {
    if (expected.equals("bad")) {
      Refusals.assertRefused(
          () -> PathPatterns.of(List.of(pattern)),
          "syntax error in pattern: " + Quoted.of(pattern));
      return;
    }
    assertThat(PathPatterns.of(List.of(pattern)).matches(path))
        .isEqualTo(Boolean.parseBoolean(expected));
  }

  @Test
  void readsAnIgnoreFile() {
    PathPatterns patterns =
        ignoreFile(
            "\uFEFF# comment\n\n  /a/  \r\n*.md\n!README.md\n! /docs/x.md \nREADME-secret.md\n #b");

    assertThat(patterns.matches("a/b")).isTrue();
    assertThat(patterns.matches("x.md")).isTrue();
    assertThat(patterns.matches("README.md")).isFalse();
    assertThat(patterns.matches("README-secret.md")).isTrue();
    assertThat(patterns.matches("docs/x.md")).isFalse();
    assertThat(patterns.matches("#b")).isTrue();
    assertThat(patterns.matches("b")).isFalse();
  }

  @Test
  void theLastWordCounts() {
    assertThat(ignoreFile("*.md\n!R*.md\nRx.md\n").matches("Rx.md")).isTrue();
    assertThat(ignoreFile("Rx.md\n*.md\n!R*.md\n").matches("Rx.md")).isFalse();
    assertThat(ignoreFile("dir\n!dir/keep\n").matches("dir/keep/x")).isFalse();
    assertThat(ignoreFile("dir\n!dir/keep\n").matches("dir/other")).isTrue();
    assertThat(ignoreFile("!a\n").matches("a")).isFalse();
  }

  @Test
  void saysWhatAWalkMayLeaveOut() {
    PathPatterns patterns = ignoreFile("*\n!src/**/*.java\n!docs/a\n");

    assertThat(patterns.mayTakeBackBelow("src")).isTrue();
    assertThat(patterns.mayTakeBackBelow("src/x/y")).isTrue();
    assertThat(patterns.mayTakeBackBelow("docs")).isTrue();
    assertThat(patterns.mayTakeBackBelow("docs/b")).isFalse();
    assertThat(patterns.mayTakeBackBelow("target")).isFalse();
    assertThat(ignoreFile("a\n").mayTakeBackBelow("a")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "! "})
  void refusesToTakeBackNothing(String line) {
    Refusals.assertRefused(() -> ignoreFile(line), "illegal exclusion pattern: \"!\"");
  }

  @Test
  void aFileOfItsOwnComesFirst() {
    assertThat(PathPatterns.ignoreFiles("Dockerfile"))
        .containsExactly("Dockerfile.dockerignore", ".dockerignore");
    assertThat(PathPatterns.ignoreFiles("build/prod.Dockerfile"))
        .containsExactly("build/prod.Dockerfile.dockerignore", ".dockerignore");
  }

  @Test
  void hostilePatternsTakeNoTime() {
    PathPatterns patterns =
        PathPatterns.of(List.of("*a".repeat(1000) + "b", "**/".repeat(1000) + "b"));

    assertThat(patterns.matches("a".repeat(4000))).isFalse();
    assertThat(patterns.matches("a/".repeat(2000) + "c")).isFalse();
    Refusals.assertRefused(
        () -> PathPatterns.of(List.of("a".repeat(5000))),
        "pattern is longer than 4096 characters: \"" + "a".repeat(512) + "...\"");
  }

  private static PathPatterns ignoreFile(String text) {
    return PathPatterns.ofIgnoreFile(text.getBytes(StandardCharsets.UTF_8));
  }
}
