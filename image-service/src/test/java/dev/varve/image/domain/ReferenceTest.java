package dev.varve.image.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
  private static final String HEX =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest, busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
    "docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
    "index.docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
    "user/app:v1, docker.io/user/app:v1, user/app:v1",
    "library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
    "localhost/app, localhost/app:latest, localhost/app:latest",
    "localhost:5000/app, localhost:5000/app:latest, localhost:5000/app:latest",
    "registry.example:443/a/b:t, registry.example:443/a/b:t, registry.example:443/a/b:t",
    "Registry/app, Registry/app:latest, Registry/app:latest",
    "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
    "a__b/c--d.e_f, docker.io/a__b/c--d.e_f:latest, a__b/c--d.e_f:latest",
  })
  void parsesAsDockerDoes(String text, String canonical, String familiar) {
    Reference reference = Reference.parse(text).withDefaultTag();

    assertThat(reference.canonical()).isEqualTo(canonical);
    assertThat(reference.familiar()).isEqualTo(familiar);
    assertThat(Reference.parse(reference.canonical())).isEqualTo(reference);
    assertThat(Reference.parse(reference.familiar())).isEqualTo(reference);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | invalid reference format",
        "'a b'             | invalid reference format",
        "busybox:          | invalid reference format",
        "-busybox          | invalid reference format",
        "a..b              | invalid reference format",
        "a/                | invalid reference format",
        "a//b              | invalid reference format",
        "a___b             | invalid reference format",
        "busybox:-x        | invalid reference format",
        "a@sha256:12       | invalid reference format",
        "bad_host.:5/app   | invalid reference format",
        "Busybox           | invalid reference format: repository name (library/Busybox) must be lowercase",
        "user/App          | invalid reference format: repository name (user/App) must be lowercase",
        "a@sha512:" + HEX + " | unsupported digest algorithm",
        "a@sha256:0" + HEX + " | invalid checksum digest length",
        HEX
            + " | invalid repository name ("
            + HEX
            + "), cannot specify 64-byte hexadecimal strings",
      })
  void refusesInDockersWords(String text, String complaint) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(ReferenceFormatException.class)
        .hasMessage(complaint);
  }

  @ParameterizedTest
  @CsvSource({"255, true", "256, false"})
  void boundsTheLengthOfThePath(int length, boolean accepted) {
    String path = "u/" + "a".repeat(length - 2);

    assertThat(isAccepted(path)).isEqualTo(accepted);
    assertThat(isAccepted("a".repeat(1_000_000))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"repo:tag@sha256:", "repo@sha256:"})
  void aDigestSaysMoreThanATag(String prefix) {
    Reference reference = Reference.parse(prefix + HEX);

    assertThat(reference.lookupKey().canonical()).isEqualTo("docker.io/library/repo@sha256:" + HEX);
    assertThat(reference.isNameOnly()).isFalse();
  }

  private static boolean isAccepted(String text) {
    try {
      return Reference.parse(text).path().length() > 0;
    } catch (ReferenceFormatException e) {
      return false;
    }
  }
}
