package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.gateway.fake.FakeEngine;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
  @TempDir Path directory;

  @Test
  void theSocketIsForItsOwnerAndGroup() throws Exception {
    Path socket = directory.resolve("run/docker.sock");
    try (FakeEngine engine = new FakeEngine(socket)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(engine.socket())))
          .isEqualTo("rw-rw----");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void aStaleSocketIsReplaced() throws Exception {
    Path socket = directory.resolve("docker.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    try (FakeEngine engine = new FakeEngine(socket);
        RawClient client = new RawClient(engine.socket())) {
      assertThat(client.request("GET /_ping").untilContains("OK")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aLivingOneIsLeftAlone() throws Exception {
    Path socket = directory.resolve("docker.sock");
    try (FakeEngine engine = new FakeEngine(socket)) {
      assertThatThrownBy(() -> SocketFile.claim(socket))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("another engine is listening there");
      assertThat(engine.socket()).exists();
    }
  }

  @Test
  void linksAndFilesAreNotTouched() throws Exception {
    Path precious = Files.writeString(directory.resolve("precious"), "data");
    Path link = Files.createSymbolicLink(directory.resolve("docker.sock"), precious);
    assertThatThrownBy(() -> SocketFile.claim(link)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> SocketFile.claim(precious))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(precious).hasContent("data");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }
}
