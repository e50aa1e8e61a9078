package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.BlobStat;
import dev.varve.api.image.v1.DeleteBlobRequest;
import dev.varve.api.image.v1.DeleteManifestRequest;
import dev.varve.api.image.v1.FinishUploadRequest;
import dev.varve.api.image.v1.GetManifestRequest;
import dev.varve.api.image.v1.ListReferrersRequest;
import dev.varve.api.image.v1.ListRepositoriesRequest;
import dev.varve.api.image.v1.ListTagsRequest;
import dev.varve.api.image.v1.Manifest;
import dev.varve.api.image.v1.MountBlobRequest;
import dev.varve.api.image.v1.PutManifestRequest;
import dev.varve.api.image.v1.PutManifestResponse;
import dev.varve.api.image.v1.StartUploadRequest;
import dev.varve.api.image.v1.StatBlobRequest;
import dev.varve.api.image.v1.TagRequest;
import dev.varve.api.image.v1.Upload;
import dev.varve.api.image.v1.UploadRequest;
import dev.varve.api.image.v1.WriteUploadRequest;
import dev.varve.eventlog.Proposal;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.domain.Digest;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's registry, as the gateway calls it. */
class OwnRegistryTest {
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

  @TempDir Path temporary;
  private Path directory;
  private TestService service;

  @BeforeEach
  void start() throws Exception {
    directory = temporary.resolve("content");
    service = new TestService(directory);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void aPushedImageIsAnImageOfTheEngine() throws Exception {
    TestImage image = TestImage.of("pushed");
    byte[] manifest = push("team/app", "1", image, Tar.gzip(image.layers().getFirst()), GZIP);

    var found = service.inspect("team/app:1");
    assertThat(found.getId()).isEqualTo(image.id().value());
    assertThat(found.getRepoDigestsList()).containsExactly("team/app@" + Digest.of(manifest));
    assertThat(get("team/app", "1").getContent().toByteArray()).isEqualTo(manifest);
    assertThat(get("team/app", Digest.of(manifest).value()).getMediaType()).isEqualTo(OCI);
    assertThat(types())
        .containsExactly("ManifestReceived", "ImageAdded", "ReferenceSet", "ReferenceSet");
    assertThat(service.events())
        .allMatch(event -> event.cause().actor().equals("tcp:192.0.2.1,user=ann"));
    assertThat(service.files()).noneMatch(file -> file.startsWith("ingest"));
    service.restart();
    assertThat(get("team/app", "1").getContent().toByteArray()).isEqualTo(manifest);
    var _ = put("team/app", "1", OCI, manifest);
    assertThat(types()).hasSize(4);
  }

  @Test
  void namesAreThoseThatPeopleType() throws Exception {
    TestImage image = TestImage.of("names");
    byte[] manifest = push("busybox", "1", image, image.layers().getFirst(), TAR);

    assertThat(service.inspect("busybox:1").getRepoTagsList()).containsExactly("busybox:1");
    for (String name : List.of("busybox", "library/busybox", "docker.io/library/busybox")) {
      assertThat(get(name, "1").getContent().toByteArray()).isEqualTo(manifest);
      assertThat(tags(name)).containsExactly("1");
    }
    var _ =
        service
            .images()
            .tag(
                TagRequest.newBuilder()
                    .setSource("busybox:1")
                    .setRepository("quay.io/a/b")
                    .setTag("2")
                    .build());
    var _ =
        service
            .images()
            .tag(
                TagRequest.newBuilder()
                    .setSource("busybox:1")
                    .setRepository("localhost:5000/x")
                    .build());
    assertThat(repositories()).containsExactly("busybox", "quay.io/a/b");
    assertThat(get("quay.io/a/b", "2").getContent().toByteArray()).isEqualTo(manifest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "A/b", "a//b", "../b", "a/../b", "a:b", "a b", "/a", "a/", "-a", "a\u0000"})
  void noOtherNames(String name) {
    assertRefused("NAME_INVALID", () -> get(name, "1"));
    assertRefused("NAME_INVALID", () -> start(name));
    assertRefused("NAME_INVALID", () -> tags(name));
  }

  @Test
  void aLoadedImageIsServedPackedAndStaysTheSame() throws Exception {
    TestImage image = TestImage.of("loaded");
    var _ = service.load(image.dockerArchive("loaded:1"));

    Manifest manifest = get("loaded", "1");
    assertThat(manifest.getMediaType()).isEqualTo(DOCKER);
    String text = manifest.getContent().toStringUtf8();
    String layer = text.replaceAll("(?s).*gzip\",\"digest\":\"(sha256:[0-9a-f]{64}).*", "$1");
    assertThat(Tar.gunzip(service.blob(layer, 0))).isEqualTo(image.layers().getFirst());
    assertThat(types()).endsWith("LayerPacked");
    int events = types().size();
    service.restart();
    assertThat(get("loaded", manifest.getDigest()).getContent()).isEqualTo(manifest.getContent());
    assertThat(service.blobFile(layer)).exists();
    Files.delete(service.blobFile(layer));
    assertThat(get("loaded", "1").getContent()).isEqualTo(manifest.getContent());
    assertThat(service.blobFile(layer)).exists();
    assertThat(types()).hasSize(events);
    var _ = service.remove("loaded:1", false);
    awaitNoBlobs();
  }

  @Test
  void whatIsNoImageHereIsKeptByteForByte() throws Exception {
    byte[] config = bytes("{}");
    byte[] layer = bytes("any bytes at all");
    String about = Digest.of(bytes("elsewhere")).value();
    byte[] manifest =
        bytes(
            """
            {"schemaVersion":2,  "mediaType":"%s","artifactType":"x/sbom","config":%s,"layers":[%s],
             "subject":%s,"annotations":{"k":"v"}}\
            """
                .formatted(
                    OCI,
                    descriptor("application/vnd.oci.empty.v1+json", config),
                    descriptor("text/plain", layer),
                    "{\"mediaType\":\"m\",\"digest\":\"%s\",\"size\":3}".formatted(about)));
    upload("a/b", config);
    upload("a/b", layer);
    PutManifestResponse put = put("a/b", "sbom", OCI, manifest);

    assertThat(put.getSubject()).isEqualTo(about);
    assertThat(service.list()).isEmpty();
    assertThat(tags("a/b")).containsExactly("sbom");
    assertThat(get("a/b", "sbom").getContent().toByteArray()).isEqualTo(manifest);
    assertThat(referrers("a/b", about, ""))
        .contains("\"artifactType\":\"x/sbom\"", "\"k\":\"v\"", put.getDigest());
    assertThat(referrers("a/b", about, "x/sbom")).contains(put.getDigest());
    assertThat(referrers("a/b", about, "other")).contains("\"manifests\":[]");
    assertThat(referrers("a/c", about, "")).contains("\"manifests\":[]");
    service.restart();
    assertThat(get("a/b", "sbom").getContent().toByteArray()).isEqualTo(manifest);
    delete("a/b", "sbom");
    assertRefused("MANIFEST_UNKNOWN", () -> get("a/b", "sbom"));
    assertThat(get("a/b", put.getDigest()).getContent().toByteArray()).isEqualTo(manifest);
    delete("a/b", put.getDigest());
    assertRefused("MANIFEST_UNKNOWN", () -> get("a/b", put.getDigest()));
    assertRefused("MANIFEST_UNKNOWN", () -> delete("a/b", put.getDigest()));
    assertRefused("NAME_UNKNOWN", () -> tags("a/b"));
    awaitNoBlobs();
    Awaitility.await().until(() -> types().getLast().equals("ManifestReclaimed"));
  }

  @Test
  void anIndexIsTheImageForThisMachine() throws Exception {
    TestImage ours = TestImage.of("ours");
    TestImage foreign = TestImage.of("foreign");
    foreign.withConfig(foreign.configJson().replace("amd64", "arm64"));
    byte[] ourManifest = manifest(ours, Tar.gzip(ours.layers().getFirst()), GZIP);
    byte[] foreignManifest = manifest(foreign, Tar.gzip(foreign.layers().getFirst()), GZIP);
    pushByDigest("multi", ours, ourManifest, Tar.gzip(ours.layers().getFirst()));
    pushByDigest("multi", foreign, foreignManifest, Tar.gzip(foreign.layers().getFirst()));
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
                .formatted(INDEX, entry(foreignManifest, "arm64"), entry(ourManifest, "amd64")));
    var _ = put("multi", "1", INDEX, index);

    assertThat(service.inspect("multi:1").getId()).isEqualTo(ours.id().value());
    assertThat(service.list()).hasSize(1);
    assertThat(get("multi", "1").getContent().toByteArray()).isEqualTo(index);
    assertThat(get("multi", Digest.of(foreignManifest).value()).getContent().toByteArray())
        .isEqualTo(foreignManifest);
    assertThat(tags("multi")).containsExactly("1");
    var _ = service.remove("multi:1", false);
    assertRefused("MANIFEST_UNKNOWN", () -> get("multi", Digest.of(foreignManifest).value()));
    assertThat(repositories()).isEmpty();
    awaitNoBlobs();
  }

  @Test
  void anIndexMayListAnImageOfTheEngine() throws Exception {
    var _ = service.load(TestImage.of("loaded").dockerArchive("mine:1"));
    byte[] child = get("mine", "1").getContent().toByteArray();
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(INDEX, entry(child, "amd64").replace(OCI, DOCKER)));
    var _ = put("mine", "2", INDEX, index);

    assertThat(service.inspect("mine:2").getId()).isEqualTo(service.inspect("mine:1").getId());
    delete("mine", "1");
    assertThat(get("mine", Digest.of(child).value()).getContent().toByteArray()).isEqualTo(child);
    assertRefused("MANIFEST_BLOB_UNKNOWN", () -> put("other", "2", INDEX, index));
  }

  @Test
  void aTagMovesFromAnImageToAnArtifactAndBack() throws Exception {
    TestImage image = TestImage.of("tag");
    byte[] first = push("t", "x", image, image.layers().getFirst(), TAR);
    byte[] blob = bytes("{}");
    upload("t", blob);
    byte[] artifact =
        bytes(
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}".formatted(descriptor("x/y", blob)));
    var _ = put("t", "x", "", artifact);
    assertThat(get("t", "x").getContent().toByteArray()).isEqualTo(artifact);
    assertThat(service.list()).allMatch(it -> it.getRepoTagsCount() == 0).hasSize(1);
    var _ = put("t", "x", OCI, first);
    assertThat(service.inspect("t:x").getId()).isEqualTo(image.id().value());
    assertThat(get("t", Digest.of(artifact).value()).getContent().toByteArray())
        .isEqualTo(artifact);
  }

  @Test
  void aManifestThatGoesTakesItsNamesButNoContainersImage() throws Exception {
    TestImage used = TestImage.of("used");
    byte[] manifest = push("d", "1", used, used.layers().getFirst(), TAR);
    service.containerEvent(
        "c1",
        1,
        Created.newBuilder()
            .setContainerId("c1")
            .setSpec(ContainerSpec.newBuilder().setImageId(used.id().value()))
            .build());
    delete("d", Digest.of(manifest).value());
    assertThat(service.inspect(used.id().value()).getRepoTagsList()).isEmpty();

    TestImage free = TestImage.of("free");
    byte[] other = push("d", "2", free, free.layers().getFirst(), TAR);
    delete("d", Digest.of(other).value());
    assertThat(service.list()).hasSize(1);
  }

  @Test
  void twoManifestsOfOneImageAreBothKept() throws Exception {
    TestImage image = TestImage.of("both");
    byte[] plain = push("p", "tar", image, image.layers().getFirst(), TAR);
    byte[] packed = push("p", "gz", image, Tar.gzip(image.layers().getFirst()), GZIP);

    assertThat(get("p", "tar").getContent().toByteArray()).isEqualTo(plain);
    assertThat(get("p", "gz").getContent().toByteArray()).isEqualTo(packed);
    assertThat(service.blobFile(Digest.of(Tar.gzip(image.layers().getFirst())).value())).exists();
    service.restart();
    assertThat(service.blobFile(Digest.of(Tar.gzip(image.layers().getFirst())).value())).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"schemaVersion\":2|MANIFEST_INVALID",
        "[]|MANIFEST_INVALID",
        "{\"schemaVersion\":1,\"config\":C,\"layers\":[]}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"config\":C}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"config\":C,\"layers\":[],\"manifests\":[]}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"schemaVersion\":2,\"config\":C,\"layers\":[]}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"mediaType\":\"application/json\",\"config\":C,\"layers\":[]}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"config\":C,\"layers\":[S]}|MANIFEST_INVALID",
        "{\"schemaVersion\":2,\"config\":C,\"layers\":[U]}|MANIFEST_BLOB_UNKNOWN",
        "{\"schemaVersion\":2,\"config\":U,\"layers\":[]}|MANIFEST_BLOB_UNKNOWN",
        "{\"schemaVersion\":2,\"config\":X,\"layers\":[]}|MANIFEST_INVALID"
      })
  void noOtherManifests(String text, String code) throws Exception {
    byte[] here = bytes("{}");
    upload("bad", here);
    List<String> before = service.files();
    String json =
        text.replace("C", descriptor("x/y", here))
            .replace("S", descriptor("x/y", here).replace(":2}", ":3}"))
            .replace("U", descriptor("x/y", bytes("nowhere")))
            .replace("X", "{\"mediaType\":\"x\",\"digest\":\"sha256:../../x\",\"size\":1}");
    assertRefused(code, () -> put("bad", "1", "", bytes(json)));
    assertThat(service.files()).isEqualTo(before);
    assertThat(service.events()).isEmpty();
  }

  @Test
  void whatIsSentMustBeWhatItIsCalled() throws Exception {
    byte[] here = bytes("{}");
    upload("bad", here);
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]}"
                .formatted(OCI, descriptor("x/y", here)));
    assertRefused("MANIFEST_INVALID", () -> put("bad", "1", INDEX, manifest));
    assertRefused("DIGEST_INVALID", () -> put("bad", Digest.of(here).value(), OCI, manifest));
    assertRefused("DIGEST_INVALID", () -> put("bad", "sha512:" + "a".repeat(128), OCI, manifest));
    assertRefused("MANIFEST_INVALID", () -> put("bad", ".tag", OCI, manifest));
    assertRefused("SIZE_INVALID", () -> put("bad", "1", OCI, new byte[(4 << 20) + 1]));
  }

  @Test
  void layersMustBeWhatTheConfigSays() throws Exception {
    TestImage image = TestImage.of("lie");
    byte[] other = Tar.gzip(TestImage.of("other").layers().getFirst());
    assertRefused("MANIFEST_INVALID", () -> push("bad", "1", image, other, GZIP));
    byte[] climbing = new Tar().file("../../canary", "x").bytes();
    TestImage trap = new TestImage(climbing);
    assertRefused("MANIFEST_INVALID", () -> push("bad", "2", trap, Tar.gzip(climbing), GZIP));
    byte[] torn = java.util.Arrays.copyOf(other, other.length - 9);
    assertRefused("MANIFEST_INVALID", () -> push("bad", "3", image, torn, GZIP));
    assertThat(service.list()).isEmpty();
    assertThat(service.events()).isEmpty();
  }

  @Test
  void neitherBombsNorEndlessBlobs() throws Exception {
    ArchiveLimits usual = ArchiveLimits.DEFAULT;
    stop();
    service =
        new TestService(
            directory,
            new ArchiveLimits(
                usual.document(),
                usual.documents(),
                usual.archiveEntries(),
                usual.layers(),
                usual.layerEntries(),
                1 << 20,
                usual.ratio(),
                usual.ratioFrom()));
    byte[] large = new Tar().file("zeros", "0".repeat(2 << 20)).bytes();
    TestImage bomb = new TestImage(large);
    assertRefused("MANIFEST_INVALID", () -> push("bomb", "1", bomb, Tar.gzip(large), GZIP));
    assertThat(service.events()).isEmpty();
    String id = start("bomb").getId();
    assertRefused(
        "SIZE_INVALID",
        () -> {
          for (int i = 0; i < 3; i++) {
            var _ = write("bomb", id, null, "0".repeat(1 << 19));
          }
        });
    assertRefused("BLOB_UPLOAD_UNKNOWN", () -> write("bomb", id, null, "0"));
    assertThat(service.files()).noneMatch(file -> file.startsWith("ingest"));
  }

  @Test
  void uploadsGoOnWhereTheyEnded() throws Exception {
    byte[] blob = bytes("abcdefgh");
    String id = start("u").getId();
    assertThat(write("u", id, 0L, "abc").getSize()).isEqualTo(3);
    assertRefused("RANGE_INVALID", () -> write("u", id, 2L, "x"));
    assertRefused("RANGE_INVALID", () -> write("u", id, 9L, "x"));
    assertThat(write("u", id, 3L, "defgh").getSize()).isEqualTo(8);
    assertThat(service.repositories().getUpload(request("u", id)).getSize()).isEqualTo(8);
    assertRefused("BLOB_UPLOAD_UNKNOWN", () -> write("v", id, null, "x"));
    assertRefused("DIGEST_INVALID", () -> finish("u", id, "sha256:short"));
    assertThat(service.files()).noneMatch(file -> file.startsWith("blobs"));
    assertThat(finish("u", id, Digest.of(blob).value()).getSize()).isEqualTo(8);
    assertRefused("BLOB_UPLOAD_UNKNOWN", () -> write("u", id, null, "x"));
    assertThat(service.blob(Digest.of(blob).value(), 0)).isEqualTo(blob);
    service.restart();
    assertThat(stat("any", Digest.of(blob).value()).getSize()).isEqualTo(8);
    assertThat(mount("other", Digest.of(blob).value()).getSize()).isEqualTo(8);
    var _ =
        service
            .repositories()
            .deleteBlob(
                DeleteBlobRequest.newBuilder()
                    .setRepository("u")
                    .setDigest(Digest.of(blob).value())
                    .build());
    assertRefused("BLOB_UNKNOWN", () -> stat("u", Digest.of(blob).value()));
    assertRefused("BLOB_UNKNOWN", () -> mount("u", Digest.of(blob).value()));
    assertThat(service.files()).noneMatch(file -> file.startsWith("blobs"));
  }

  @Test
  void aWrongDigestLeavesNothing() throws Exception {
    String id = start("u").getId();
    var _ = write("u", id, null, "abc");
    assertRefused("DIGEST_INVALID", () -> finish("u", id, Digest.of(bytes("x")).value()));
    assertRefused("BLOB_UPLOAD_UNKNOWN", () -> finish("u", id, Digest.of(bytes("abc")).value()));
    assertThat(service.files()).isEmpty();
    String other = start("u").getId();
    var _ = write("u", other, null, "abc");
    var _ = service.repositories().cancelUpload(request("u", other));
    assertThat(service.files()).isEmpty();
  }

  @Test
  void anUploadEndsWithItsProcess() throws Exception {
    String id = start("u").getId();
    var _ = write("u", id, null, "abc");
    service.restart();
    assertRefused("BLOB_UPLOAD_UNKNOWN", () -> write("u", id, null, "def"));
    assertThat(service.files()).isEmpty();
  }

  @Test
  void whatWaitsForItsManifestOutlivesAnothersDeath() throws Exception {
    byte[] blob = bytes("waits");
    upload("w", blob);
    for (String name : List.of("0", "k", "z")) {
      // The traces of undertakings that were killed while they held the same blob.
      Files.writeString(directory.resolve("leases/" + name), Digest.of(blob).value() + "\n");
    }
    service.restart();
    assertThat(stat("w", Digest.of(blob).value()).getSize()).isEqualTo(blob.length);
    service.restart();
    assertThat(stat("w", Digest.of(blob).value()).getSize()).isEqualTo(blob.length);
  }

  @Test
  void aBlobInUseIsNotDeleted() throws Exception {
    TestImage image = TestImage.of("in use");
    byte[] layer = image.layers().getFirst();
    var _ = push("b", "1", image, layer, TAR);
    assertRefused(
        "UNSUPPORTED",
        () ->
            service
                .repositories()
                .deleteBlob(
                    DeleteBlobRequest.newBuilder()
                        .setRepository("b")
                        .setDigest(Digest.of(layer).value())
                        .build()));
    assertThat(service.blobFile(Digest.of(layer).value())).exists();
  }

  private byte[] push(String name, String tag, TestImage image, byte[] layer, String layerType)
      throws Exception {
    upload(name, layer);
    upload(name, bytes(image.configJson()));
    byte[] manifest = manifest(image, layer, layerType);
    var _ = put(name, tag, OCI, manifest);
    return manifest;
  }

  private void pushByDigest(String name, TestImage image, byte[] manifest, byte[] layer)
      throws Exception {
    upload(name, layer);
    upload(name, bytes(image.configJson()));
    var _ = put(name, Digest.of(manifest).value(), OCI, manifest);
  }

  private static byte[] manifest(TestImage image, byte[] layer, String layerType) {
    return bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                OCI, descriptor(CONFIG, bytes(image.configJson())), descriptor(layerType, layer)));
  }

  private static String entry(byte[] manifest, String architecture) {
    String descriptor = descriptor(OCI, manifest);
    return descriptor.substring(0, descriptor.length() - 1)
        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}".formatted(architecture);
  }

  private static String descriptor(String mediaType, byte[] content) {
    return TestImage.descriptor(Digest.of(content), mediaType, content);
  }

  private void upload(String name, byte[] bytes) throws Exception {
    String id = start(name).getId();
    var _ = write(name, id, null, new String(bytes, StandardCharsets.ISO_8859_1));
    var _ = finish(name, id, Digest.of(bytes).value());
  }

  private Upload start(String name) throws StatusException {
    return service
        .repositories()
        .startUpload(StartUploadRequest.newBuilder().setRepository(name).build());
  }

  private Upload write(String name, String id, Long offset, String latin1) throws Exception {
    BlockingClientCall<WriteUploadRequest, Upload> call = service.repositories().writeUpload();
    WriteUploadRequest.Part.Builder part =
        WriteUploadRequest.Part.newBuilder().setRepository(name).setId(id);
    if (offset != null) {
      part.setOffset(offset);
    }
    if (call.write(WriteUploadRequest.newBuilder().setAbout(part).build())
        && call.write(
            WriteUploadRequest.newBuilder()
                .setData(ByteString.copyFrom(latin1, StandardCharsets.ISO_8859_1))
                .build())) {
      call.halfClose();
    }
    return call.read();
  }

  private BlobStat finish(String name, String id, String digest) throws StatusException {
    return service
        .repositories()
        .finishUpload(
            FinishUploadRequest.newBuilder()
                .setRepository(name)
                .setId(id)
                .setDigest(digest)
                .build());
  }

  private static UploadRequest request(String name, String id) {
    return UploadRequest.newBuilder().setRepository(name).setId(id).build();
  }

  private BlobStat stat(String name, String digest) throws StatusException {
    return service
        .repositories()
        .statBlob(StatBlobRequest.newBuilder().setRepository(name).setDigest(digest).build());
  }

  private BlobStat mount(String name, String digest) throws StatusException {
    return service
        .repositories()
        .mountBlob(MountBlobRequest.newBuilder().setRepository(name).setDigest(digest).build());
  }

  private PutManifestResponse put(String name, String reference, String type, byte[] bytes)
      throws StatusException {
    return service
        .repositories()
        .putManifest(
            PutManifestRequest.newBuilder()
                .setRepository(name)
                .setTagOrDigest(reference)
                .setMediaType(type)
                .setContent(ByteString.copyFrom(bytes))
                .build());
  }

  private Manifest get(String name, String reference) throws StatusException {
    return service
        .repositories()
        .getManifest(
            GetManifestRequest.newBuilder().setRepository(name).setTagOrDigest(reference).build());
  }

  private void delete(String name, String reference) throws StatusException {
    var _ =
        service
            .repositories()
            .deleteManifest(
                DeleteManifestRequest.newBuilder()
                    .setRepository(name)
                    .setTagOrDigest(reference)
                    .build());
  }

  private List<String> tags(String name) throws StatusException {
    return service
        .repositories()
        .listTags(ListTagsRequest.newBuilder().setRepository(name).build())
        .getTagsList();
  }

  private List<String> repositories() throws StatusException {
    return service
        .repositories()
        .listRepositories(ListRepositoriesRequest.getDefaultInstance())
        .getNamesList();
  }

  private String referrers(String name, String digest, String type) throws StatusException {
    return service
        .repositories()
        .listReferrers(
            ListReferrersRequest.newBuilder()
                .setRepository(name)
                .setDigest(digest)
                .setArtifactType(type)
                .build())
        .getIndex()
        .toStringUtf8();
  }

  private List<String> types() {
    return service.events().stream()
        .map(Proposal::type)
        .map(type -> type.substring(type.lastIndexOf('.') + 1))
        .toList();
  }

  private void awaitNoBlobs() {
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(service.files()).noneMatch(file -> file.startsWith("blobs")));
  }

  private static void assertRefused(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusException.class)
        .hasMessageContaining(": " + code + " ");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
