package dev.varve.gateway.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.session.FileSyncGrpc;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files of a client that keeps to the protocol, or does not. */
class FileReceiverTest {
  private final FileClient client = new FileClient();
  private final ServiceAddress address = new ServiceAddress.InProcess("files-" + UUID.randomUUID());
  private final Server server = Transport.serve(address, client);
  private final ManagedChannel channel = Transport.connect(address);
  private final ClientDirectory directory =
      new ClientDirectory(
          new Session("s", channel, Set.of("/moby.filesync.v1.filesync/diffcopy")), "context");

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private byte[] tar() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    directory.receive(List.of(), files -> ContextTar.write(files, out));
    return out.toByteArray();
  }

  private static Map<String, String> contents(byte[] tar) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.DEFAULT);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      String content = new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
      contents.put(entry.name(), entry.type() + " " + entry.linkName() + " " + content);
    }
    return contents;
  }

  @Test
  void becomeATar() throws Exception {
    client.add(FileClient.stat("d", FileClient.DIRECTORY, 0, ""), ByteString.EMPTY);
    client.file("d/empty", "").file("d/small", "small").file("d/large", "x".repeat(300_000));
    client
        .file("e", "after")
        .add(FileClient.stat("l", FileClient.SYMLINK, 0, "d"), ByteString.EMPTY);
    client.add(FileClient.stat("m", 0644, 5, "d/small"), ByteString.EMPTY);
    assertThat(contents(tar()))
        .containsEntry("d", "DIRECTORY  ")
        .containsEntry("d/empty", "FILE  ")
        .containsEntry("d/small", "FILE  small")
        .containsEntry("d/large", "FILE  " + "x".repeat(300_000))
        .containsEntry("e", "FILE  after")
        .containsEntry("l", "SYMLINK d ")
        .containsEntry("m", "HARD_LINK d/small ");
    assertThat(client.asked).containsExactly(2, 3, 4);
  }

  @Test
  void manyAreAskedForAheadAndAllCome() throws Exception {
    for (int i = 0; i < 1000; i++) {
      client.file("f%04d".formatted(i), "content of " + i);
    }
    Map<String, String> contents = contents(tar());
    assertThat(contents).hasSize(1000).containsEntry("f0999", "FILE  content of 999");
  }

  @Test
  void moreThanTheMemoryHoldsAreRefused() throws Exception {
    client.file("a", "comes after all were told");
    for (int i = 0; i < 100; i++) {
      client.file("f%04d".formatted(i), "");
    }
    FileReceiver tight =
        new FileReceiver(FileSyncGrpc.newBlockingV2Stub(channel).diffCopy(), 10_000);
    assertThat(tight.next()).isPresent();
    assertThatThrownBy(() -> tight.content().readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too many files");
  }

  @Test
  void whatGrewIsAsLongAsItWasTold() throws Exception {
    client.add(FileClient.stat("a", 0644, 3, ""), ByteString.copyFromUtf8("grown"));
    assertThat(contents(tar())).containsEntry("a", "FILE  gro");
  }

  @Test
  void whatShrankIsRefused() {
    client.add(FileClient.stat("a", 0644, 9, ""), ByteString.copyFromUtf8("shrunk"));
    assertThatThrownBy(this::tar)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a could not");
  }

  @Test
  void namesThatLeadOutAreRefused() {
    for (String name : List.of("../x", "/x", "a/../../x", "a//b", ".", "", "a\0b")) {
      assertThatThrownBy(() -> SyncedFile.of(FileClient.stat(name, 0644, 0, "")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("name");
    }
    assertThatThrownBy(() -> SyncedFile.of(FileClient.stat("a", 0644, -1, "")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void someAreReadAloneAndLinksFollowed() throws Exception {
    client.add(
        FileClient.stat("Dockerfile", FileClient.SYMLINK, 0, "other/file"), ByteString.EMPTY);
    client.file("other/file", "FROM x");
    assertThat(directory.read(List.of("Dockerfile", "missing")))
        .containsOnlyKeys("Dockerfile")
        .hasEntrySatisfying(
            "Dockerfile",
            bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("FROM x"));
  }

  @Test
  void aFileTooLargeForMemoryIsRefused() {
    client.add(FileClient.stat("Dockerfile", 0644, 1L << 40, ""), ByteString.EMPTY);
    assertThatThrownBy(() -> directory.read(List.of("Dockerfile")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than");
  }
}
