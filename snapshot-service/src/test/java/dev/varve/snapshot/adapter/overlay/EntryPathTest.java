package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.ArchiveRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryPathTest {
  @ParameterizedTest
  @CsvSource({
    "a/b,a/b",
    "/a/b,a/b",
    "./a/b/,a/b",
    "a//b,a/b",
    "a/./b,a/b",
    "a/../b,b",
    "..a/.b,..a/.b",
    "'..\\x','..\\x'",
    "./,''",
    "a/..,''"
  })
  void cleansByWords(String raw, String clean) throws Exception {
    assertThat(EntryPath.of(raw).text()).isEqualTo(clean);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "a/../../x", "/..", "./../x", "", "a\0b"})
  void refusesWhatLeadsOut(String raw) {
    assertThatThrownBy(() -> EntryPath.of(raw)).isInstanceOf(ArchiveRefusedException.class);
  }

  @Test
  void knowsParentAndName() throws Exception {
    assertThat(EntryPath.of("a/b/c").parent().text()).isEqualTo("a/b");
    assertThat(EntryPath.of("a/b/c").name()).isEqualTo("c");
    assertThat(EntryPath.of("c").parent().isRoot()).isTrue();
  }

  @Test
  void messagesCarryNoControlCharacters() {
    assertThat(new EntryPath("a\u001b[2Jb\n").quoted()).isEqualTo("\"a\\x1b[2Jb\\x0a\"");
  }
}
