package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import dev.varve.api.image.v1.HistoryRequest;
import dev.varve.api.image.v1.HistoryResponse;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.ImportOptions;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.RemoveResponse;
import dev.varve.api.image.v1.TagRequest;
import dev.varve.eventlog.Proposal;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.Removed;
import dev.varve.events.container.v1.Started;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.Origin;
import dev.varve.events.image.v1.ReferenceSet;
import dev.varve.image.domain.Digest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesServiceTest {
  private static final String CONTAINER =
      "aaaaaaaaaaaabbbbbbbbbbbbccccccccccccddddddddddddeeeeeeeeeeee0000";

  @TempDir Path directory;
  private TestService service;

  private final TestImage image =
      new TestImage(
          new Tar().file("bin/sh", "#!").bytes(), new Tar().file("etc/motd", "hello").bytes());

  @BeforeEach
  void start() throws IOException {
    service = new TestService(directory.resolve("content"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void loadsADockerArchive() throws Exception {
    List<Progress> lines = service.load(image.dockerArchive("busybox:latest"));

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).getStatus()).isEqualTo("Loading layer");
    assertThat(lines.get(0).getId()).isEqualTo(Digest.of(image.layers().getFirst()).shortHex());
    assertThat(lines.get(2).getStream()).isEqualTo("Loaded image: busybox:latest\n");

    Image loaded = service.inspect("busybox");
    assertThat(loaded.getId()).isEqualTo(image.id().value());
    assertThat(loaded.getConfigJson().toStringUtf8()).isEqualTo(image.configJson());
    assertThat(loaded.getRepoTagsList()).containsExactly("busybox:latest");
    assertThat(loaded.getRepoDigestsList()).isEmpty();
    assertThat(loaded.getCreated()).isEqualTo("2024-01-02T03:04:05Z");
    assertThat(loaded.getLastTaggedNanos()).isPositive();
    assertThat(loaded.getSize())
        .isEqualTo(image.layers().stream().mapToLong(bytes -> bytes.length).sum());
    assertThat(loaded.getLayersList())
        .extracting(Layer::getDiffId, Layer::getDigest)
        .containsExactly(
            tuple(
                Digest.of(image.layers().get(0)).value(), Digest.of(image.layers().get(0)).value()),
            tuple(
                Digest.of(image.layers().get(1)).value(),
                Digest.of(image.layers().get(1)).value()));
    assertThat(service.list()).containsExactly(loaded);
    assertThat(service.files()).hasSize(4).allMatch(file -> file.startsWith("blobs/sha256/"));
    assertThat(Files.getPosixFilePermissions(directory.resolve("content")))
        .extracting(Object::toString)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE", "OWNER_EXECUTE");
  }

  @Test
  void recordsEventsThatSayWhereAnImageCameFrom() throws Exception {
    service.load(image.dockerArchive("busybox:latest"));

    List<Proposal> events = service.events();

    assertThat(events)
        .extracting(Proposal::type)
        .containsExactly("dev.varve.image.v1.ImageAdded", "dev.varve.image.v1.ReferenceSet");
    ImageAdded added = ImageAdded.parseFrom(events.get(0).data());
    assertThat(added.getOrigin().getKind()).isEqualTo(Origin.Kind.KIND_LOAD);
    assertThat(added.getLayersList())
        .extracting(dev.varve.events.image.v1.Layer::getOrdinal)
        .containsExactly(0, 1);
    assertThat(added.getLayers(1).getCreatedBy())
        .isEqualTo("ADD " + Digest.of(image.layers().get(1)).shortHex());
    ReferenceSet set = ReferenceSet.parseFrom(events.get(1).data());
    assertThat(set.getReference()).isEqualTo("docker.io/library/busybox:latest");
    assertThat(set.getOrigin().getKind()).isEqualTo(Origin.Kind.KIND_LOAD);
  }

  @Test
  void loadsTheHostsPlatformFromAnOciLayout() {
    List<Progress> lines = service.load(image.ociLayout("docker.io/library/oci:1"), true);

    assertThat(lines).extracting(Progress::getStream).containsExactly("Loaded image: oci:1\n");
    Image loaded = service.inspect("oci:1");
    assertThat(loaded.getId()).isEqualTo(image.id().value());
    assertThat(loaded.getLayers(0).getMediaType())
        .isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
    assertThat(loaded.getLayers(0).getDiffId())
        .isEqualTo(Digest.of(image.layers().getFirst()).value());
    assertThat(loaded.getLayers(0).getUncompressedSize())
        .isEqualTo(image.layers().getFirst().length);
    assertThat(service.blob(loaded.getManifestDigest(), 0)).isNotEmpty();
  }

  @Test
  void loadsCompressedArchivesAndLinkedLayers() {
    byte[] layer = new Tar().file("a", "a").bytes();
    TestImage twice = new TestImage(layer, layer);

    service.load(Tar.gzip(twice.dockerArchive("gz:1")));
    service.load(Zstd.compress(TestImage.of("z").dockerArchive("zstd:1")));

    assertThat(service.inspect("gz:1").getLayersCount()).isEqualTo(2);
    assertThat(service.inspect("gz:1").getLayers(0).getDigest())
        .isEqualTo(service.inspect("gz:1").getLayers(1).getDigest());
    assertThat(service.inspect("zstd:1").getRepoTagsList()).containsExactly("zstd:1");
  }

  @Test
  void anImageWithoutANameIsLoadedByItsId() {
    assertThat(service.load(image.dockerArchive(), true))
        .extracting(Progress::getStream)
        .containsExactly("Loaded image ID: " + image.id() + "\n");
    assertThat(service.inspect(image.id().shortHex()).getRepoTagsList()).isEmpty();
  }

  @Test
  void aTagThatMovesLeavesTheOldImageDangling() {
    TestImage other = TestImage.of("other");
    service.load(image.dockerArchive("busybox:latest"), true);

    List<Progress> lines = service.load(other.dockerArchive("busybox:latest"), true);

    assertThat(lines)
        .extracting(Progress::getStream)
        .containsExactly(
            "The image busybox:latest already exists, renaming the old one with ID %s to empty string\n"
                .formatted(image.id()),
            "Loaded image: busybox:latest\n");
    assertThat(service.inspect("busybox").getId()).isEqualTo(other.id().value());
    assertThat(service.inspect(image.id().value()).getRepoTagsList()).isEmpty();
  }

  @Test
  void loadingTwiceChangesNothing() {
    service.load(image.dockerArchive("busybox:latest"));
    List<String> files = service.files();
    int events = service.events().size();

    List<Progress> lines = service.load(image.dockerArchive("busybox:latest"));

    assertThat(lines)
        .extracting(Progress::getStream)
        .containsExactly("Loaded image: busybox:latest\n");
    assertThat(service.files()).isEqualTo(files);
    assertThat(service.events()).hasSize(events);
  }

  @Test
  void theSameImageInOtherWrappingKeepsItsFirstBlobs() {
    service.load(image.dockerArchive("busybox:latest"));
    List<String> files = service.files();

    service.load(image.ociLayout("docker.io/library/again:1"));

    assertThat(service.files()).isEqualTo(files);
    assertThat(service.inspect("again:1").getRepoTagsList())
        .containsExactly("again:1", "busybox:latest");
  }

  @Test
  void loadingHealsAnImageWhoseBlobsWereLost() throws Exception {
    service.load(image.dockerArchive("busybox:latest"));
    String layer = service.inspect("busybox").getLayers(0).getDigest();
    Files.delete(service.blobFile(layer));

    service.load(image.ociLayout("docker.io/library/busybox:latest"));

    String healed = service.inspect("busybox").getLayers(0).getDigest();
    assertThat(healed).isNotEqualTo(layer);
    assertThat(service.blob(healed, 0)).isEqualTo(Tar.gzip(image.layers().getFirst()));
  }

  @Test
  void savesWhatItCanLoadAgain() throws IOException {
    service.load(image.dockerArchive("busybox:latest", "example.com/app:v1"));
    byte[] saved = service.save("busybox", "example.com/app:v1");
    Image before = service.inspect("busybox");

    try (TestService other = new TestService(directory.resolve("other"))) {
      assertThat(other.load(saved, true))
          .extracting(Progress::getStream)
          .containsExactly("Loaded image: busybox:latest\n", "Loaded image: example.com/app:v1\n");
      Image after = other.inspect("example.com/app:v1");
      assertThat(after.toBuilder().clearLastTaggedNanos().build())
          .isEqualTo(before.toBuilder().clearLastTaggedNanos().build());
      assertThat(other.save("busybox", "example.com/app:v1")).isEqualTo(saved);
    }
  }

  @Test
  void savingAnIdKeepsNoName() throws IOException {
    service.load(image.ociLayout("docker.io/library/busybox:latest"));
    byte[] saved = service.save(image.id().hex());

    try (TestService other = new TestService(directory.resolve("other"))) {
      assertThat(other.load(saved, true))
          .extracting(Progress::getStream)
          .containsExactly("Loaded image ID: " + image.id() + "\n");
    }
    refused(() -> service.save("nope:1"), Status.Code.NOT_FOUND, "reference does not exist");
    refused(() -> service.save("nope"), Status.Code.NOT_FOUND, "No such image: nope");
  }

  @Test
  void importsATarAsAnImage() {
    byte[] tar = new Tar().file("hello", "world").bytes();

    List<Progress> lines =
        service.importTar(
            Tar.gzip(tar),
            ImportOptions.newBuilder()
                .setRepository("imported")
                .setTag("v1")
                .addChanges("CMD [\"/hello\"]")
                .addChanges("ENV A=b")
                .build());

    Image imported = service.inspect("imported:v1");
    assertThat(lines).extracting(Progress::getStatus).containsExactly(imported.getId());
    assertThat(imported.getLayers(0).getDiffId()).isEqualTo(Digest.of(tar).value());
    assertThat(imported.getConfigJson().toStringUtf8())
        .contains("\"Cmd\":[\"/hello\"]", "\"Env\":[\"A=b\"]", "Imported from -");
    assertThat(history("imported:v1"))
        .extracting(HistoryResponse.Entry::getComment, HistoryResponse.Entry::getSize)
        .containsExactly(tuple("Imported from -", (long) tar.length));
  }

  @Test
  void importsWhatIsPackedAsNoLayerMayBe() throws IOException {
    byte[] tar = new Tar().file("hello", "world").bytes();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream xz = new XZCompressorOutputStream(packed)) {
      xz.write(tar);
    }

    service.importTar(
        packed.toByteArray(), ImportOptions.newBuilder().setRepository("packed").build());

    Layer layer = service.inspect("packed").getLayers(0);
    assertThat(layer.getDiffId()).isEqualTo(Digest.of(tar).value());
    assertThat(layer.getDigest()).isEqualTo(layer.getDiffId());
  }

  @Test
  void importsWhatAUrlHolds() throws IOException {
    byte[] tar = new Tar().file("hello", "world").bytes();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/root.tar",
        exchange -> {
          exchange.sendResponseHeaders(200, tar.length);
          exchange.getResponseBody().write(tar);
          exchange.close();
        });
    server.start();
    String host = "http://127.0.0.1:" + server.getAddress().getPort();
    String url = host + "/root.tar";
    try {
      List<Progress> lines =
          service.importTar(
              new byte[0],
              ImportOptions.newBuilder().setRepository("fetched").setSource(url).build());

      Image fetched = service.inspect("fetched");
      assertThat(lines)
          .extracting(Progress::getStatus)
          .containsExactly("Downloading from " + url, fetched.getId());
      assertThat(fetched.getLayers(0).getDiffId()).isEqualTo(Digest.of(tar).value());
      assertThat(history("fetched").getFirst().getComment()).isEqualTo("Imported from " + url);
      refused(
          () ->
              service.importTar(
                  new byte[0], ImportOptions.newBuilder().setSource(host + "/nope").build()),
          Status.Code.INTERNAL,
          "cannot download %1$s: failed to GET %1$s with status 404".formatted(host + "/nope"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void refusesBadImportsWithoutATrace() {
    byte[] tar = new Tar().file("a", "b").bytes();

    refused(
        () -> service.importTar(tar, ImportOptions.newBuilder().addChanges("RUN x").build()),
        Status.Code.INVALID_ARGUMENT,
        "RUN is not a valid change command");
    refused(
        () -> service.importTar(tar, ImportOptions.newBuilder().setRepository("X").build()),
        Status.Code.INVALID_ARGUMENT,
        "invalid reference format: repository name (library/X) must be lowercase");
    refused(
        () ->
            service.importTar(
                TestImage.bytes("no tar at all, ".repeat(100)), ImportOptions.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "archive/tar: invalid tar header");
    assertThat(service.files()).isEmpty();
    assertThat(service.events()).isEmpty();
  }

  @Test
  void tellsTheHistoryNewestFirst() {
    service.load(image.dockerArchive("busybox:latest"));

    List<HistoryResponse.Entry> history = history("busybox");

    assertThat(history)
        .extracting(HistoryResponse.Entry::getId)
        .containsExactly(image.id().value(), "<missing>", "<missing>");
    assertThat(history.getFirst().getTagsList()).containsExactly("busybox:latest");
    assertThat(history.getFirst().getCreatedBy()).isEqualTo("CMD sh");
    assertThat(history.getFirst().getSize()).isZero();
    assertThat(history.getLast().getSize()).isEqualTo(image.layers().getFirst().length);
    assertThat(history.getLast().getCreatedSeconds()).isEqualTo(1704164645);
  }

  @Test
  void tagsAndUntags() {
    service.load(image.dockerArchive("busybox:latest"));

    tag("busybox", "second", "v2");
    tag(image.id().shortHex(), "localhost:5000/third", "");

    assertThat(service.inspect("second:v2").getRepoTagsList())
        .containsExactly("busybox:latest", "localhost:5000/third:latest", "second:v2");
    assertThat(service.remove("second:v2", false))
        .containsExactly(RemoveResponse.Item.newBuilder().setUntagged("second:v2").build());
    refused(() -> tag("nope", "x", ""), Status.Code.NOT_FOUND, "No such image: nope:latest");
    refused(() -> tag("busybox", "x", "-"), Status.Code.INVALID_ARGUMENT, "invalid tag format");
    refused(
        () -> tag("busybox", "sha256", "x"),
        Status.Code.INVALID_ARGUMENT,
        "refusing to create an ambiguous tag using digest algorithm as name");
  }

  @Test
  void removalTakesTheBlobsThatNobodyElseNeeds() {
    byte[] shared = new Tar().file("shared", "x").bytes();
    TestImage first = new TestImage(shared, new Tar().file("one", "1").bytes());
    TestImage second = new TestImage(shared, new Tar().file("two", "2").bytes());
    service.load(first.dockerArchive("first:1"));
    service.load(second.dockerArchive("second:1"));

    service.remove("first:1", false);

    await().untilAsserted(() -> assertThat(service.files()).hasSize(4));
    assertThat(service.blob(Digest.of(shared).value(), 0)).isEqualTo(shared);
    await()
        .untilAsserted(() ->
            assertThat(service.events())
                .last()
                .extracting(Proposal::type)
                .isEqualTo("dev.varve.image.v1.ImageReclaimed"));
    refused(() -> service.inspect("first:1"), Status.Code.NOT_FOUND, "No such image: first:1");
  }

  @Test
  void anImageInUseIsProtected() {
    service.load(image.dockerArchive("busybox:latest"));
    create();

    refused(
        () -> service.remove("busybox", false),
        Status.Code.FAILED_PRECONDITION,
        "conflict: unable to remove repository reference \"busybox\" (must force) - container aaaaaaaaaaaa is using its referenced image "
            + image.id().shortHex());
    service.containerEvent(CONTAINER, 2, Started.getDefaultInstance());
    refused(
        () -> service.remove(image.id().shortHex(), true),
        Status.Code.FAILED_PRECONDITION,
        "conflict: unable to delete %s (cannot be forced) - image is being used by running container aaaaaaaaaaaa"
            .formatted(image.id().shortHex()));
    assertThat(service.inspect("busybox").getContainers()).isEqualTo(1);
  }

  @Test
  void blobsOfARemovedImageStayUntilItsLastContainerGoes() throws IOException {
    service.load(image.dockerArchive("busybox:latest"));
    create();
    service.containerEvent(CONTAINER, 2, Started.getDefaultInstance());
    service.containerEvent(CONTAINER, 3, Exited.getDefaultInstance());

    service.remove("busybox", true);
    service.restart();

    assertThat(service.list()).isEmpty();
    assertThat(service.blob(Digest.of(image.layers().getFirst()).value(), 0))
        .isEqualTo(image.layers().getFirst());
    service.containerEvent(CONTAINER, 4, Removed.getDefaultInstance());
    await().untilAsserted(() -> assertThat(service.files()).isEmpty());
  }

  @Test
  void everythingIsBackAfterARestart() throws IOException {
    service.load(image.dockerArchive("busybox:latest"));
    List<Image> before = service.list();

    service.restart();

    assertThat(service.list()).isEqualTo(before);
  }

  @Test
  void whatACrashedLoadLeftBehindIsGoneAfterAStart() throws IOException {
    service.load(image.dockerArchive("busybox:latest"));
    List<String> files = service.files();
    Digest kept = Digest.of(image.layers().getFirst());
    byte[] orphan = TestImage.bytes("orphan");
    Path content = directory.resolve("content");
    Files.write(service.blobFile(Digest.of(orphan).value()), orphan);
    Files.write(content.resolve("ingest/half"), orphan);
    Files.writeString(
        content.resolve("leases/dead"), Digest.of(orphan) + "\n" + kept + "\nsha256:to");

    service.restart();

    assertThat(service.files()).isEqualTo(files);
  }

  @Test
  void readsABlobFromAnyOffset() {
    byte[] large = new Tar().file("large", new byte[3_000_000]).bytes();
    service.load(new TestImage(large).dockerArchive("large:1"));
    String digest = Digest.of(large).value();

    assertThat(service.blob(digest, 0)).isEqualTo(large);
    assertThat(service.blob(digest, 1_234_567))
        .isEqualTo(Arrays.copyOfRange(large, 1_234_567, large.length));
    refused(
        () -> service.blob(digest, large.length + 1L),
        Status.Code.INVALID_ARGUMENT,
        "offset is outside of the blob");
    refused(
        () -> service.blob(image.id().value(), 0),
        Status.Code.NOT_FOUND,
        "blob " + image.id() + " not found");
    refused(
        () -> service.blob("sha256:../../etc", 0),
        Status.Code.INVALID_ARGUMENT,
        "invalid checksum digest format");
  }

  @Test
  void aRottenBlobIsNeverTakenForSound() throws IOException {
    service.load(image.dockerArchive("busybox:latest"));
    String layer = service.inspect("busybox").getLayers(0).getDigest();
    byte[] bytes = Files.readAllBytes(service.blobFile(layer));
    bytes[700] ^= 1;
    Files.write(service.blobFile(layer), bytes);

    assertThatThrownBy(() -> service.blob(layer, 0))
        .asInstanceOf(type(StatusRuntimeException.class))
        .extracting(e -> e.getStatus().getCode())
        .isEqualTo(Status.Code.DATA_LOSS);
  }

  private void create() {
    service.containerEvent(
        CONTAINER,
        1,
        Created.newBuilder()
            .setContainerId(CONTAINER)
            .setName("web")
            .setSpec(ContainerSpec.newBuilder().setImageId(image.id().value()))
            .build());
  }

  private void tag(String source, String repository, String tag) {
    var _ =
        service
            .images()
            .tag(
                TagRequest.newBuilder()
                    .setSource(source)
                    .setRepository(repository)
                    .setTag(tag)
                    .build());
  }

  private List<HistoryResponse.Entry> history(String name) {
    return service
        .images()
        .history(HistoryRequest.newBuilder().setReference(name).build())
        .getEntriesList();
  }

  private static void refused(ThrowingCallable call, Status.Code code, String text) {
    assertThatThrownBy(call)
        .asInstanceOf(type(StatusRuntimeException.class))
        .satisfies(refusal -> {
          assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
          assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        });
  }
}
