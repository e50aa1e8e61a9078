package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.image.v1.HistoryRequest;
import dev.varve.api.image.v1.ImportOptions;
import dev.varve.api.image.v1.LoadOptions;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PushRequest;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives and registries with more than one image or platform in them. */
class PlatformsTest {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final byte[] SHARED = new Tar().file("shared", "below both").bytes();
  private static final byte[] OWN = new Tar().file("own", "above").bytes();
  private static final TestImage HERE = new TestImage(SHARED);
  private static final TestImage ARM = new TestImage(SHARED, OWN).withArchitecture("arm64");

  @TempDir Path directory;
  private TestService service;

  @BeforeEach
  void start() throws IOException {
    service = new TestService(directory.resolve("one"), ArchiveLimits.DEFAULT, PullTest.IMPATIENT);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private byte[] savedBoth() {
    service.load(HERE.dockerArchive("here:1"));
    service.load(ARM.dockerArchive("arm:1"));
    return service.save("here:1", "arm:1");
  }

  private static LoadOptions only(String platform) {
    return LoadOptions.newBuilder().setQuiet(true).setPlatform(platform).build();
  }

  @Test
  void imagesThatShareALayerAreSavedWithItOnceAndLoadedTogether() throws IOException {
    byte[] saved = savedBoth();
    assertThat(saved.length)
        .isLessThan(service.save("here:1").length + service.save("arm:1").length - SHARED.length);
    try (TestService other = new TestService(directory.resolve("two"))) {
      assertThat(other.load(saved, true))
          .extracting(Progress::getStream)
          .containsExactly("Loaded image: here:1\n", "Loaded image: arm:1\n");
      assertThat(other.inspect("arm:1").getId()).isEqualTo(ARM.id().value());
      assertThat(other.save("here:1", "arm:1")).isEqualTo(saved);
    }
  }

  @Test
  void loadingForAPlatformLeavesOutTheOthers() throws IOException {
    byte[] saved = savedBoth();
    try (TestService other = new TestService(directory.resolve("two"))) {
      assertThat(other.load(saved, only("linux/arm64/v8")))
          .extracting(Progress::getStream)
          .containsExactly("Loaded image: arm:1\n");
      assertThatThrownBy(() -> other.load(saved, only("linux/s390x")))
          .hasMessageContaining("no image for linux/s390x in the archive");
      assertThat(other.files()).doesNotContain("blobs/sha256/" + HERE.id().hex());
    }
  }

  @Test
  void ofANestedLayoutTheWantedPlatformIsLoaded() {
    byte[] layout = HERE.ociLayout("docker.io/library/here:1");
    service.load(layout, only("linux/amd64"));
    assertThat(service.inspect("here:1").getArchitecture()).isEqualTo("amd64");
    assertThatThrownBy(() -> service.load(layout, only("linux/arm64")))
        .hasMessageContaining("failed to load");
    assertThatThrownBy(() -> service.load(layout, only("linux/s390x")))
        .hasMessageContaining("no image for linux/s390x in the archive");
  }

  @Test
  void savingForAPlatformRefusesWhatIsForAnother() {
    savedBoth();
    assertThat(service.save("linux/arm64", new String[] {"arm:1"}))
        .isEqualTo(service.save("arm:1"));
    assertThatThrownBy(() -> service.save("linux/arm64", new String[] {"arm:1", "here:1"}))
        .hasMessageContaining(
            "image with reference here:1 was found but does not provide the specified platform"
                + " (linux/arm64)");
  }

  @Test
  void pushingForAPlatformRefusesWhatIsForAnother() {
    service.load(HERE.dockerArchive("127.0.0.1:1/here:1"));
    PushRequest request =
        PushRequest.newBuilder()
            .setReference("127.0.0.1:1/here")
            .setTag("1")
            .setPlatform("linux/arm64")
            .build();
    assertThatThrownBy(() -> service.images().push(request).forEachRemaining(line -> {}))
        .hasMessageContaining("does not provide the specified platform (linux/arm64)");
  }

  @Test
  void anIndexInAnIndexLeadsToThePlatform() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      String arm = manifest(registry, "arm", ARM, "arm64");
      String here = manifest(registry, "here", HERE, "amd64");
      String inner = nested(registry, "inner", arm);
      String second = nested(registry, "second", here);
      nested(registry, "1", inner, second);
      service.pull(registry.name("t/x"), "1");
      assertThat(service.inspect(registry.name("t/x:1")).getId()).isEqualTo(HERE.id().value());
    }
  }

  @Test
  void indexesThatNeverEndAreRefused() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      String deepest = manifest(registry, "here", HERE, "amd64");
      for (int depth = 0; depth < 5; depth++) {
        deepest = nested(registry, "1", deepest);
      }
      assertThatThrownBy(() -> service.pull(registry.name("t/x"), "1"))
          .hasMessageContaining("too many indexes in indexes");
      String wide = nested(registry, "2", manifest(registry, "arm", ARM, "arm64"));
      String[] many = new String[100];
      java.util.Arrays.fill(many, wide);
      nested(registry, "3", many);
      assertThatThrownBy(() -> service.pull(registry.name("t/x"), "3"))
          .hasMessageContaining("too many indexes in indexes");
      assertThat(service.files()).isEmpty();
    }
  }

  private static String manifest(
      FakeRegistry registry, String tag, TestImage image, String architecture) {
    String json = registry.manifestJson(image);
    return descriptor(
        FakeRegistry.OCI_MANIFEST,
        registry.manifest(tag, FakeRegistry.OCI_MANIFEST, json),
        json,
        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}".formatted(architecture));
  }

  private static String nested(FakeRegistry registry, String tag, String... descriptors) {
    String json =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, String.join(",", List.of(descriptors)));
    return descriptor(INDEX, registry.manifest(tag, INDEX, json), json, "");
  }

  private static String descriptor(String mediaType, Digest digest, String json, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(mediaType, digest, TestImage.bytes(json).length, more);
  }

  @Test
  void anImageForAnotherPlatformThanTheOneAskedForIsNotFound() {
    service.load(ARM.dockerArchive("arm:1"));
    String text =
        "image with reference arm:1 was found but does not provide the specified platform"
            + " (linux/amd64)";
    assertThat(service.inspect("arm:1", "linux/arm64").getId()).isEqualTo(ARM.id().value());
    assertThatThrownBy(() -> service.inspect("arm:1", "linux/amd64")).hasMessageContaining(text);
    HistoryRequest history =
        HistoryRequest.newBuilder().setReference("arm:1").setPlatform("linux/amd64").build();
    assertThatThrownBy(() -> service.images().history(history)).hasMessageContaining(text);
  }

  @Test
  void aWordThatIsNoPlatformIsRefused() {
    String text = "\"bogus\": unknown operating system or architecture: invalid argument";
    service.load(HERE.dockerArchive("here:1"));
    assertThatThrownBy(() -> service.inspect("here:1", "bogus")).hasMessageContaining(text);
    assertThatThrownBy(() ->
            service.importTar(SHARED, ImportOptions.newBuilder().setPlatform("bogus").build()))
        .hasMessageContaining(text);
  }
}
