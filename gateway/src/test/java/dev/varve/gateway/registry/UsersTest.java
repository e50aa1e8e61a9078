package dev.varve.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  /** Made by {@code htpasswd -B}: the password is {@code secret}. */
  private static final String ME =
      "me:$2b$05$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi";

  @TempDir Path directory;

  @Test
  void passwordsAreChecked() throws IOException {
    Users users = users("# people\n\n" + ME + "\nyou:" + hash("other", BCrypt.Version.VERSION_2Y));
    for (int again = 0; again < 2; again++) {
      assertThat(users.areRight("me", "secret")).isTrue();
      assertThat(users.areRight("you", "other")).isTrue();
      assertThat(users.areRight("me", "other")).isFalse();
      assertThat(users.areRight("me", "")).isFalse();
      assertThat(users.areRight("ME", "secret")).isFalse();
      assertThat(users.areRight("nobody", "secret")).isFalse();
      assertThat(users.areRight("", "")).isFalse();
    }
  }

  @Test
  void aLongPasswordIsCutAsHtpasswdCutsIt() throws IOException {
    Users users = users("me:" + hash("x".repeat(72), BCrypt.Version.VERSION_2B));
    assertThat(users.areRight("me", "x".repeat(100))).isTrue();
    assertThat(users.areRight("me", "x".repeat(71))).isFalse();
  }

  @Test
  void whoIsTakenOutIsOut() throws IOException {
    Users users = users(ME);
    assertThat(users.areRight("me", "secret")).isTrue();
    Path file = directory.resolve("users");
    Files.writeString(file, "me:" + hash("new", BCrypt.Version.VERSION_2A));
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    assertThat(users.areRight("me", "secret")).isFalse();
    assertThat(users.areRight("me", "new")).isTrue();
    Files.writeString(file, "torn");
    assertThat(users.areRight("me", "new")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me",
        "me:secret",
        "me:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
        "me:$apr1$x$y",
        ":$2b$05$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi",
        "a b:$2b$05$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi",
        "me:$2b$31$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi"
      })
  void nothingButBcrypt(String line) {
    assertThatThrownBy(() -> users(line))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1");
  }

  private Users users(String text) throws IOException {
    return Users.of(Files.writeString(directory.resolve("users"), text + "\n"));
  }

  private static String hash(String password, BCrypt.Version version) {
    return BCrypt.with(version).hashToString(4, password.toCharArray());
  }
}
