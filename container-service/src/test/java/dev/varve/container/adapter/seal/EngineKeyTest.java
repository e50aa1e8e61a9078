package dev.varve.container.adapter.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.application.Sealing.Box;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineKeyTest {
  @TempDir Path directory;

  @Test
  void onlyItsOwnerCanReadIt() throws IOException {
    Path file = directory.resolve("secrets/engine.key");
    EngineKey.at(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aChangedBoxDoesNotOpen() throws IOException {
    EngineKey key = EngineKey.at(directory.resolve("k"));
    Box box = key.seal(new byte[] {1, 2, 3});
    box.ciphertext()[0] ^= 1;

    assertThatThrownBy(() -> key.open(box))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sealed value was changed");
  }

  @Test
  void equalTextsAreSealedDifferently() throws IOException {
    EngineKey key = EngineKey.at(directory.resolve("k"));

    assertThat(key.seal(new byte[16]).ciphertext())
        .isNotEqualTo(key.seal(new byte[16]).ciphertext());
  }

  @Test
  void aFileThatIsNoKeyIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("k"), "short");

    assertThatThrownBy(() -> EngineKey.at(file)).hasMessageContaining("is not an engine key");
  }
}
