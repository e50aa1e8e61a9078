package dev.varve.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.gateway.http.Doorkeeper;
import dev.varve.gateway.http.Peer;
import dev.varve.gateway.http.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenSettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp://127.0.0.1:5000|||||none|lets nobody in",
        "tcp://127.0.0.1:5000|||||some|none of none, pull and all",
        "tcp://0.0.0.0:5000|||||all|so needs TLS",
        "tcp://192.0.2.1:5000||||u|none|so needs TLS",
        "tcp://[::]:5000|||||all|so needs TLS",
        "tcp://127.0.0.1:5000|f||||all|only together",
        "tcp://127.0.0.1:5000|||f||all|needs VARVE_TLS_CERT",
        "tcp://0.0.0.0:5000|f|nowhere|||all|there is no file",
        "127.0.0.1:5000|||||all|not of the form",
        "tcp://127.0.0.1:99999|||||all|not of the form",
        "tcp://127.0.0.1:5000/x|||||all|not of the form"
      })
  void areRefused(
      String listen, String cert, String key, String ca, String users, String anon, String text) {
    assertThatThrownBy(() -> settings(listen, cert, key, ca, users, anon))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(text);
  }

  @Test
  void dockersApiIsForThoseWithACertificate() throws IOException {
    assertThat(settings("tcp://127.0.0.1:0", null, null, null, "u", "none").servesDocker())
        .isFalse();
    assertThat(settings("tcp://[::1]:0", null, null, null, null, "pull").servesDocker()).isFalse();
    assertThat(settings("tcp://0.0.0.0:0", "f", "f", null, "u", "none").servesDocker()).isFalse();
    assertThat(settings("tcp://0.0.0.0:0", "f", "f", "f", null, "none").servesDocker()).isTrue();
  }

  @Test
  void theDoorIsShutForOthers() throws Refusal {
    RegistryDoor door = new RegistryDoor("127.0.0.1", true);
    Peer stranger = new Peer.Remote("127.0.0.1", Optional.empty());
    Peer known = new Peer.Remote("127.0.0.1", Optional.of("CN=me"));
    door.admit(new Doorkeeper.Visit(stranger, "/v2/", "localhost:5000", ""));
    door.admit(new Doorkeeper.Visit(stranger, "/v2", "[::1]:5000", ""));
    door.admit(new Doorkeeper.Visit(known, "/info", "127.0.0.1", ""));
    assertThatThrownBy(
            () -> door.admit(new Doorkeeper.Visit(stranger, "/info", "127.0.0.1:5000", "")))
        .hasMessage("page not found");
    assertThatThrownBy(
            () -> door.admit(new Doorkeeper.Visit(known, "/v2/", "127.0.0.1", "http://evil")))
        .hasMessageContaining("web pages");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example:5000", "evil.example", "127.0.0.1.evil.example", ""})
  void namesThatWereMadeToPointHereAreRefused(String host) {
    RegistryDoor door = new RegistryDoor("127.0.0.1", true);
    Peer stranger = new Peer.Remote("127.0.0.1", Optional.empty());
    assertThatThrownBy(() -> door.admit(new Doorkeeper.Visit(stranger, "/v2/", host, "")))
        .hasMessageContaining("Host");
  }

  private ListenSettings settings(
      String listen, String cert, String key, String ca, String users, String anonymous)
      throws IOException {
    Files.writeString(directory.resolve("f"), "");
    return ListenSettings.of(
        new ListenSettings.Written(
            listen, file(cert), file(key), file(ca), Optional.ofNullable(users), anonymous));
  }

  private Optional<String> file(String name) {
    return Optional.ofNullable(name).map(it -> directory.resolve(it).toString());
  }
}
