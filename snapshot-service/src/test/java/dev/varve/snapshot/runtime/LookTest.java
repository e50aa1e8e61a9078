package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.varve.api.snapshot.v1.CompareRequest;
import dev.varve.api.snapshot.v1.Difference;
import dev.varve.api.snapshot.v1.File;
import dev.varve.api.snapshot.v1.FilesGrpc;
import dev.varve.api.snapshot.v1.ListRequest;
import dev.varve.api.snapshot.v1.ListResponse;
import dev.varve.api.snapshot.v1.ReadRequest;
import dev.varve.api.snapshot.v1.StatRequest;
import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.archive.testing.TarBytes;
import dev.varve.eventlog.Cause;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.adapter.grpc.FilesEndpoint;
import dev.varve.snapshot.application.Looks.Look;
import dev.varve.snapshot.application.PathWalk;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.SnapshotEvent.LayerApplied;
import dev.varve.snapshot.domain.SnapshotEvent.LayerDropped;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images looked into by calls, with the service's own log and layers around them. */
@Timeout(120)
class LookTest {
  private static final Cause SOMEBODY = new Cause("unix:uid=0", "c", "c");

  @TempDir Path temp;
  private SnapshotNode node;
  private Server server;
  private ManagedChannel channel;
  private FilesGrpc.FilesBlockingStub files;

  @BeforeEach
  void start() throws Exception {
    node =
        new SnapshotNode(
            temp.resolve("snapshots"), new RecordingFileCalls(), new RecordingMountCalls());
    node.start();
    ServiceAddress address = new ServiceAddress.InProcess("look-" + UUID.randomUUID());
    server = Transport.serve(address, new FilesEndpoint(node.assembly().looks()));
    channel = Transport.connect(address);
    files = FilesGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    node.close();
  }

  private static TarBytes etc(String passwd) {
    return new TarBytes().directory("etc/").file("etc/passwd", passwd);
  }

  private File stat(Image image, String path) {
    return files.stat(
        StatRequest.newBuilder()
            .setImageId(image.id())
            .setPath(ByteString.copyFromUtf8(path))
            .build());
  }

  private byte[] read(Image image, String path) {
    List<ByteString> parts = new ArrayList<>();
    files
        .read(
            ReadRequest.newBuilder()
                .setImageId(image.id())
                .setPath(ByteString.copyFromUtf8(path))
                .build())
        .forEachRemaining(part -> parts.add(part.getData()));
    return ByteString.copyFrom(parts).toByteArray();
  }

  @Test
  void filesArriveWholeWithTheImagesOwnNames() {
    TarBytes tar = etc("root:x:0:0::/:/sh\nbroken\nme:x:0:0\nnobody:x:notanumber:");
    String large = "0123456789".repeat(50_000);
    Image image =
        node.addImage("sha256:i", tar.file("etc/group", "wheel:x:0:").file("f", large).bytes());
    assertThat(new String(read(image, "/f"), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(large);
    File file = stat(image, "/f");
    assertThat(file.getOwner()).isEqualTo("root");
    assertThat(file.getGroup()).isEqualTo("wheel");
    assertThat(file.getSize()).isEqualTo(large.length());
    assertThat(file.getChainId()).isEqualTo(image.chain().getFirst().text());
  }

  @Test
  void namesComeFromRegularFilesOfReasonableSizeInTheImage() {
    String names = "root:x:0:0:\n";
    Image huge = node.addImage("sha256:h", etc(names + "#".repeat(2 << 20)).bytes());
    assertThat(stat(huge, "/etc/passwd").getOwner()).isEmpty();
    Image link =
        node.addImage(
            "sha256:l", new TarBytes().symlink("etc", temp.toString()).file("f", "").bytes());
    assertThat(stat(link, "/f").getOwner()).isEmpty();
    Image directory = node.addImage("sha256:d", new TarBytes().directory("etc/passwd/").bytes());
    assertThat(stat(directory, "/etc").getOwner()).isEmpty();
  }

  @Test
  void thousandsOfFilesComeInOrder() {
    TarBytes tar = new TarBytes();
    for (int i = 1000; i < 4000; i++) {
      tar.file("d" + i % 3 + "/" + i, "");
    }
    Image image = node.addImage("sha256:i", tar.bytes());
    List<String> paths = new ArrayList<>();
    ListRequest request =
        ListRequest.newBuilder().setImageId(image.id()).setRecursive(true).build();
    for (var it = files.list(request); it.hasNext(); ) {
      ListResponse part = it.next();
      part.getFilesList().forEach(file -> paths.add(file.getPath().toStringUtf8()));
    }
    assertThat(paths).hasSize(3003).startsWith("/d0", "/d1", "/d2", "/d0/1002");
    assertThat(paths.subList(3, 1003)).isSorted();
  }

  @Test
  void layersThatAreNotHereAreUnpackedFirst() throws Exception {
    Image image = node.addImage("sha256:i", etc("x").bytes());
    await().untilAsserted(() -> assertThat(node.recorded(LayerApplied.class)).hasSize(1));
    Path layer = temp.resolve("snapshots/layers").resolve(image.chain().getFirst().hex());
    Files.move(layer, temp.resolve("lost"));
    assertThat(read(image, "etc/passwd")).isEqualTo(new byte[] {'x'});
    assertThat(layer).exists();
  }

  @Test
  void layersStayWhileTheyAreLookedAtAndGoAfterwards() throws Exception {
    Image image = node.addImage("sha256:i", etc("x").bytes());
    Image gone = node.addImage("sha256:gone", etc("y").bytes());
    Path layer = temp.resolve("snapshots/layers").resolve(image.chain().getFirst().hex());
    try (Look look = node.assembly().looks().open(image.id(), SOMEBODY)) {
      assertThat(stat(gone, "/etc").getMode()).isNotZero();
      for (Image each : List.of(image, gone)) {
        node.removeImage(each);
        node.reclaimImage(each);
      }
      await().untilAsserted(() -> assertThat(node.recorded(LayerDropped.class)).hasSize(1));
      assertThat(PathWalk.find(look.view(), "/etc/passwd").entry().size()).isEqualTo(1);
      assertThat(layer).exists();
    }
    assertThat(layer).doesNotExist();
    assertThat(node.recorded(LayerDropped.class)).hasSize(2);
  }

  @Test
  void refusalsSayWhatIsWrong() {
    Image image = node.addImage("sha256:i", etc("x").symlink("loop", "loop").bytes());
    assertRefused(() -> read(image, "/etc"), "INVALID_ARGUMENT: /etc is a directory in the image");
    assertRefused(() -> read(image, "/loop"), "INVALID_ARGUMENT: too many levels");
    assertRefused(
        () -> stat(image, "/no\u00fc"), "NOT_FOUND: no such file in the image: /no\u00fc");
    assertRefused(
        () -> stat(new Image("sha256:none", List.of()), "/"),
        "NOT_FOUND: No such image: sha256:none");
  }

  private static void assertRefused(Runnable call, String text) {
    assertThatThrownBy(call::run)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith(text);
  }

  @Test
  void imagesAreCompared() {
    byte[] base = etc("x").bytes();
    Image before = node.addImage("sha256:b", base);
    Image after = node.addImage("sha256:a", base, new TarBytes().file("etc/new", "").bytes());
    CompareRequest request =
        CompareRequest.newBuilder().setImageId(before.id()).setOtherImageId(after.id()).build();
    assertThat(files.compare(request).next().getDifferencesList())
        .extracting(Difference::getKind)
        .containsExactly(Difference.Kind.KIND_MODIFIED, Difference.Kind.KIND_ADDED);
  }
}
