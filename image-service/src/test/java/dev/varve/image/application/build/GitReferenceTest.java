package dev.varve.image.application.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventlog.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "https://host/a.git, https://host/a.git, '', ''",
    "https://host/a.git#v1, https://host/a.git, v1, ''",
    "https://host/a.git#v1:sub/dir, https://host/a.git, v1, sub/dir",
    "https://host/a.git#:sub, https://host/a.git, '', sub",
    "git://host/a, git://host/a, '', ''",
    "github.com/a/b, https://github.com/a/b, '', ''",
    "github.com/a/b#main:c, https://github.com/a/b, main, c",
  })
  void contexts(String text, String url, String ref, String directory) {
    assertThat(GitReference.ofContext(text)).contains(new GitReference(url, ref, directory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://host/a.tar",
        "https://host/a.git?x=y",
        "http://host/a",
        "file:///a.git",
        "file:///a",
        "/a.git",
        "github.com.evil/a"
      })
  void whatNamesNoRepository(String text) {
    assertThat(GitReference.ofContext(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://host/a.git#--upload-pack=touch x",
        "https://host/a.git#-x",
        "https://host/a.git#+refs/heads/*:refs/heads/*",
        "https://host/a.git#^main",
        "https://host/a.git#a b",
        "https://host/a.git#a..b",
        "https://host/a.git#refs/heads/*",
        "https://host/a.git#main:../../x",
        "https://host/a.git#main:a/../../x",
        "git@host:a/b.git",
        "ssh://host/a.git",
        "ssh://-oProxyCommand=touch/a.git",
      })
  void whatIsRefused(String text) {
    assertThatThrownBy(() -> GitReference.ofContext(text)).isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "../b.git, https://host/x/b.git",
    "./b.git, https://host/x/a.git/b.git",
    "../../b.git, https://host/b.git",
    "https://other/b.git, https://other/b.git",
    "git://other/b, git://other/b",
  })
  void submodules(String written, String url) {
    GitReference here = new GitReference("https://host/x/a.git", "main", "sub");
    assertThat(here.submodule(written, "abc")).isEqualTo(new GitReference(url, "abc", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../b",
        "file:///etc",
        "/etc",
        "ext::sh -c x",
        "-x",
        "ssh://h/x",
        "../b#x:y"
      })
  void submodulesThatAreRefused(String written) {
    GitReference here = new GitReference("https://host/x/a.git", "main", "");
    assertThatThrownBy(() -> here.submodule(written, "abc")).isInstanceOf(ProblemException.class);
  }

  @Test
  void passwordsAreNotShown() {
    assertThat(GitReference.ofContext("https://me:secret@host/a.git").orElseThrow().shown())
        .isEqualTo("https://host/a.git");
  }
}
