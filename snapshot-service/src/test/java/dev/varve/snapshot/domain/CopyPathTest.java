package dev.varve.snapshot.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyPathTest {
  /** As dockerd 20.10 names and takes them. */
  @ParameterizedTest
  @CsvSource({
    "/etc, /etc, etc, false, etc",
    "/etc/, /etc/, etc, true, etc",
    "/etc/., /etc/., ., true, etc",
    "/etc/./, /etc/./, ., true, etc",
    "/, /, /, true, ''",
    "., /., ., true, ''",
    "./, /./, ., true, ''",
    "/., /., ., true, ''",
    "d/f, /d/f, f, false, d/f",
    "//d//f, /d/f, f, false, d/f",
    "/d/./f, /d/f, f, false, d/f",
    "/d/sub/../f, /d/f, f, false, d/f",
    "/.., /, /, true, ''",
    "/d/.., /, /, true, ''",
    "../../x, /x, x, false, x",
    "/a/b/.., /a, a, false, a",
    "/a/b/../, /a/, a, true, a",
    "/.hidden, /.hidden, .hidden, false, .hidden",
    "/d/x., /d/x., x., false, d/x.",
    "/d/.../, /d/.../, ..., true, d/...",
  })
  void ofWords(String asked, String text, String name, boolean directory, String relative) {
    CopyPath path = CopyPath.of(asked);
    assertThat(path.text()).isEqualTo(text);
    assertThat(path.name()).isEqualTo(name);
    assertThat(path.isDirectory()).isEqualTo(directory);
    assertThat(path.relative()).isEqualTo(relative);
    assertThat(path.asked()).isEqualTo(asked);
    assertThat(path.asDirectory().isDirectory()).isTrue();
  }
}
