package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.github.luben.zstd.Zstd;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.domain.Digest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives made to do harm: each is refused with a reason, nothing stays, the service lives on. */
class CraftedArchivesTest {
  private static final int MIB = 1 << 20;
  private static final ArchiveLimits LIMITS =
      new ArchiveLimits(MIB, 4 * MIB, 2_000, 20, 1_000, 64 * MIB, 100, 4 * MIB);
  private static final TestImage SOUND = TestImage.of("sound");
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path directory;
  private TestService service;

  @BeforeEach
  void start() throws IOException {
    service = new TestService(directory.resolve("content"), LIMITS);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"layers", "archives", "documents", "layouts", "bombs"})
  void isRefusedWithoutATrace(String name, byte[] archive, String complaint) {
    assertThatThrownBy(() -> service.load(archive))
        .asInstanceOf(type(StatusRuntimeException.class))
        .satisfies(refusal -> {
          assertThat(refusal.getStatus().getDescription()).contains(complaint);
          assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        });

    assertThat(service.files()).isEmpty();
    assertThat(service.events()).isEmpty();
    service.load(SOUND.dockerArchive("alive:1"));
    assertThat(service.inspect("alive:1").getId()).isEqualTo(SOUND.id().value());
  }

  static Stream<Arguments> layers() {
    return Stream.of(
        layer("a name that climbs", new Tar().file("../x", ""), "outside of the layer"),
        layer("a name that climbs inside", new Tar().file("a/../../x", ""), "outside"),
        layer("a name that ends in dots", new Tar().file("a/..", ""), "outside of the layer"),
        layer(
            "a long name that climbs",
            new Tar().pax('x', Tar.record("path", "a/../../x")).file("harmless", ""),
            "outside of the layer"),
        layer("a hard link out", new Tar().hardLink("x", "../../canary"), "invalid hardlink"),
        layer(
            "a long hard link out",
            new Tar().pax('x', Tar.record("linkpath", "../canary")).hardLink("x", "y"),
            "invalid hardlink"),
        layer(
            "a component too long",
            new Tar().pax('x', Tar.record("path", "n".repeat(256))).file("x", ""),
            "file name too long"),
        layer(
            "a path too long",
            new Tar().pax('x', Tar.record("path", "n/".repeat(3000))).file("x", ""),
            "file name too long"),
        layer("a whiteout of nothing", new Tar().file("a/.wh.", ""), "invalid whiteout"),
        layer("a whiteout of its parent", new Tar().file(".wh...", ""), "invalid whiteout"),
        layer(
            "a name with NUL",
            new Tar().pax('x', Tar.record("path", "a\0b")).file("x", ""),
            "invalid tar header"),
        layer(
            "one name for all",
            new Tar().pax('g', Tar.record("path", "etc/passwd")).file("x", ""),
            "invalid tar header"),
        layer(
            "a PAX size beyond the file",
            new Tar().pax('x', Tar.record("size", "99999999")).file("x", "short"),
            "unexpected EOF"),
        layer(
            "a negative PAX size",
            new Tar().pax('x', Tar.record("size", "-1")).file("x", ""),
            "invalid tar header"),
        layer(
            "a PAX record of wrong length",
            new Tar().pax('x', "99 path=x\n").file("x", ""),
            "invalid tar header"),
        layer(
            "a size of eight exbibytes",
            new Tar()
                .header(
                    "x",
                    (byte) '0',
                    block -> {
                      Tar.put(block, 124, "777777777777");
                    }),
            "unexpected EOF"),
        layer(
            "a negative binary size",
            new Tar()
                .header(
                    "x",
                    (byte) '0',
                    block -> {
                      Arrays.fill(block, 124, 136, (byte) 0xff);
                    }),
            "invalid tar header"),
        layer(
            "a long name of a gibibyte",
            new Tar()
                .header(
                    "x",
                    (byte) 'L',
                    block -> {
                      Tar.put(block, 124, "10000000000\0");
                    }),
            "invalid tar header"),
        layer(
            "an overlapping sparse map",
            new Tar()
                .header(
                    "x",
                    (byte) 'S',
                    block -> {
                      Tar.put(
                          block,
                          386,
                          "00000001000\0" + "00000001000\0" + "00000000400\0" + "00000000100\0");
                      Tar.put(block, 483, "00000010000\0");
                    }),
            "invalid tar header"),
        layer(
            "a sparse map in PAX beyond the file",
            new Tar()
                .pax(
                    'x',
                    Tar.record("GNU.sparse.map", "0,10,4096,9223372036854775807")
                        + Tar.record("GNU.sparse.size", "8192"))
                .file("x", ""),
            "invalid tar header"),
        layer(
            "a sparse map in the content that is no number",
            new Tar()
                .pax('x', Tar.record("GNU.sparse.major", "1") + Tar.record("GNU.sparse.minor", "0"))
                .file("x", "1\n-5\n"),
            "invalid tar header"),
        layer(
            "a header with a wrong checksum",
            new Tar().file("ok", "").raw(noise(512)),
            "invalid tar header"),
        layer("too many files", many(1_001), "more than 1000 entries"),
        layer(
            "a torn layer", new Tar().file("x", new byte[2_000]).torn(), 1_000, "unexpected EOF"));
  }

  static Stream<Arguments> archives() {
    byte[] sound = SOUND.dockerArchive("x:1");
    return Stream.of(
        arguments("nothing", new byte[0], "does not contain a manifest.json"),
        arguments("noise", noise(100_000), "archive/tar: invalid tar header"),
        arguments("text", TestImage.bytes("hello"), "unexpected EOF"),
        arguments("a torn archive", Arrays.copyOf(sound, 2_000), "unexpected EOF"),
        arguments("a torn gzip", half(Tar.gzip(sound)), "unexpected EOF"),
        arguments("a corrupt gzip", flipped(Tar.gzip(sound)), ""),
        arguments(
            "a name that climbs", new Tar().file("../../x", "x").bytes(), "outside of the archive"),
        arguments(
            "a symlink that climbs",
            new Tar().symlink("a/layer.tar", "../../etc/shadow").bytes(),
            "invalid symlink"),
        arguments(
            "a hard link that climbs",
            new Tar().hardLink("a/layer.tar", "../etc/shadow").bytes(),
            "outside of the archive"),
        arguments(
            "links in a circle",
            new Tar()
                .symlink("a", "b")
                .symlink("b", "a")
                .file("c.json", SOUND.configJson())
                .file("manifest.json", TestImage.manifestJson("c.json", List.of("a")))
                .bytes(),
            "too many links"),
        arguments("too many entries", many(2_001).bytes(), "more than 2000 entries"));
  }

  static Stream<Arguments> documents() {
    byte[] layer = SOUND.layers().getFirst();
    String config = SOUND.configJson();
    return Stream.of(
        arguments("no JSON", manifest("[{"), "failed to decode manifest.json"),
        arguments("not a list", manifest("{}"), "manifest.json is not a list"),
        arguments("a wrong type", manifest("[{\"Config\":1}]"), "Config is not a string"),
        arguments("a key twice", manifest("[{\"Config\":\"a\",\"Config\":\"b\"}]"), "Duplicate"),
        arguments("more behind it", manifest("[] []"), "failed to decode manifest.json"),
        arguments("depth", manifest("[".repeat(100_000)), "nesting depth"),
        arguments("size", manifest("[" + " ".repeat(MIB) + "]"), "larger than 1048576 bytes"),
        arguments("much JSON", documents(9).bytes(), "bytes of JSON"),
        arguments(
            "a config outside",
            manifest(TestImage.manifestJson("../../x.json", List.of())),
            "outside of the archive"),
        arguments(
            "a missing config",
            manifest(TestImage.manifestJson("x.json", List.of())),
            "failed to load \"x.json\": no such file"),
        arguments(
            "a config under another's digest",
            docker("f".repeat(64) + ".json", config, layer, "x:1"),
            "has the digest " + SOUND.id()),
        arguments(
            "a layer under another's digest",
            new Tar()
                .file("blobs/sha256/" + "f".repeat(64), layer)
                .file("c.json", config)
                .file(
                    "manifest.json",
                    TestImage.manifestJson("c.json", List.of("blobs/sha256/" + "f".repeat(64))))
                .bytes(),
            "has the digest " + Digest.of(layer)),
        arguments(
            "another layer than the config says",
            docker("c.json", config, new Tar().file("evil", "x").bytes(), "x:1"),
            "invalid diffID for layer 0: expected \"" + Digest.of(layer) + "\", got \"sha256:"),
        arguments(
            "fewer layers than the config says",
            new Tar()
                .file("c.json", config)
                .file("manifest.json", TestImage.manifestJson("c.json", List.of()))
                .bytes(),
            "invalid manifest, layers length mismatch: expected 0, got 1"),
        arguments(
            "another system",
            docker("c.json", config.replace("\"linux\"", "\"windows\""), layer, "x:1"),
            "cannot load windows image on linux"),
        arguments("no rootfs", docker("c.json", "{}", layer, "x:1"), "no RootFS key"),
        arguments(
            "a short diff id",
            docker("c.json", config.replace("sha256:", "sha256:0"), layer, "x:1"),
            "invalid checksum digest format"),
        arguments(
            "upper case in a digest",
            docker(
                "c.json",
                config.replace(
                    Digest.of(layer).value(),
                    "sha256:" + Digest.of(layer).hex().toUpperCase(Locale.ROOT)),
                layer,
                "x:1"),
            "invalid checksum digest format"),
        arguments("a bad tag", docker("c.json", config, layer, "Bad:1"), "must be lowercase"),
        arguments("no tag", docker("c.json", config, layer, "x"), "invalid tag \"x\""),
        arguments(
            "a 64-hex name",
            docker("c.json", config, layer, "a".repeat(64)),
            "cannot specify 64-byte hexadecimal strings"),
        arguments(
            "too many layers",
            new TestImage(Stream.generate(() -> layer).limit(21).toArray(byte[][]::new))
                .dockerArchive("x:1"),
            "max depth exceeded"));
  }

  static Stream<Arguments> layouts() {
    byte[] config = TestImage.bytes(SOUND.configJson());
    byte[] layer = SOUND.layers().getFirst();
    return Stream.of(
        arguments(
            "both layers and manifests",
            oci("{\"config\":{},\"layers\":[],\"manifests\":[]}", OCI_MANIFEST, 0),
            "both layers and manifests"),
        arguments(
            "another media type than described",
            oci(
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
                OCI_MANIFEST,
                0),
            "is described as"),
        arguments(
            "a media type that its fields belie",
            oci("{\"mediaType\":\"" + OCI_MANIFEST + "\",\"manifests\":[]}", OCI_MANIFEST, 0),
            "of a document with manifests"),
        arguments(
            "a descriptor with a wrong size",
            oci(ociManifest(config, layer), OCI_MANIFEST, 1),
            "invalid archive: size of"),
        arguments(
            "a layer that is missing",
            oci(ociManifest(config, TestImage.bytes("none")), OCI_MANIFEST, 0),
            "no such file"),
        arguments(
            "a blob that is not what its name says",
            new Tar()
                .file("blobs/sha256/" + Digest.of(config).hex(), "{}")
                .file(
                    "index.json",
                    "{\"manifests\":[%s]}"
                        .formatted(TestImage.descriptor(Digest.of(config), "", config)))
                .bytes(),
            "it has the digest"),
        arguments(
            "an unknown digest algorithm",
            new Tar()
                .file("index.json", "{\"manifests\":[{\"digest\":\"sha512:00\",\"size\":1}]}")
                .bytes(),
            "invalid checksum digest format"),
        arguments(
            "an index that is a manifest",
            new Tar().file("index.json", ociManifest(config, layer)).bytes(),
            "index.json is no index"));
  }

  static Stream<Arguments> bombs() {
    byte[] zeros = new byte[16 * MIB];
    return Stream.of(
        arguments(
            "a layer of zeros",
            packedLayer(Tar.gzip(new Tar().file("zeros", zeros).bytes())),
            "more than 100 times its size"),
        arguments(
            "zeros behind a layer's end",
            packedLayer(Tar.gzip(Arrays.copyOf(new Tar().file("x", "").bytes(), 16 * MIB))),
            "more than 100 times its size"),
        arguments(
            "an archive of zeros",
            Tar.gzip(new Tar().file("zeros", zeros).bytes()),
            "more than 100 times its size"),
        arguments(
            "a zstd layer of zeros",
            packedLayer(Zstd.compress(new Tar().file("zeros", zeros).bytes())),
            "more than 100 times its size"),
        arguments(
            "more than the limit in all",
            new Tar()
                .file("a", new Tar().file("a", noise(33 * MIB)).bytes())
                .file("b", new Tar().file("b", noise(33 * MIB)).bytes())
                .bytes(),
            "unpacks to more than 67108864 bytes"),
        arguments(
            "a layer within a layer's packing",
            packedLayer(Tar.gzip(Tar.gzip(new Tar().file("x", "").bytes()))),
            "unexpected EOF"));
  }

  @Test
  void manyRefusalsAtOnceDoNotDisturbASoundLoad() throws Exception {
    byte[] bad = packedLayer(half(Tar.gzip(new Tar().file("x", noise(200_000)).bytes())));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var refusals =
          Stream.generate(() ->
                  threads.submit(() ->
                      assertThatThrownBy(() -> service.load(bad))
                          .isInstanceOf(StatusRuntimeException.class)))
              .limit(50)
              .toList();
      service.load(SOUND.dockerArchive("alive:1"));
      for (var refusal : refusals) {
        refusal.get();
      }
    }

    assertThat(service.files()).hasSize(3);
    assertThat(service.inspect("alive:1").getId()).isEqualTo(SOUND.id().value());
  }

  private static Arguments layer(String name, Tar tar, String complaint) {
    return arguments("layer: " + name, layerArchive(tar.bytes()), complaint);
  }

  private static Arguments layer(String name, Tar tar, int length, String complaint) {
    return arguments("layer: " + name, layerArchive(Arrays.copyOf(tar.bytes(), length)), complaint);
  }

  private static byte[] layerArchive(byte[] layer) {
    return new TestImage(layer).dockerArchive("x:1");
  }

  private static byte[] packedLayer(byte[] packed) {
    return docker("c.json", SOUND.configJson(), packed, "x:1");
  }

  private static byte[] docker(String configName, String config, byte[] layer, String tag) {
    return new Tar()
        .file("l/layer.tar", layer)
        .file(configName, config)
        .file("manifest.json", TestImage.manifestJson(configName, List.of("l/layer.tar"), tag))
        .bytes();
  }

  private static byte[] manifest(String json) {
    return new Tar().file("manifest.json", json).bytes();
  }

  private static byte[] oci(String manifest, String mediaType, int sizeError) {
    Tar tar = new Tar();
    byte[] bytes = TestImage.bytes(manifest);
    String descriptor =
        TestImage.descriptor(
            TestImage.blob(tar, bytes), mediaType, new byte[bytes.length + sizeError]);
    var _ = TestImage.blob(tar, TestImage.bytes(SOUND.configJson()));
    return tar.file("index.json", "{\"manifests\":[" + descriptor + "]}").bytes();
  }

  private static String ociManifest(byte[] config, byte[] layer) {
    return "{\"config\":%s,\"layers\":[%s]}"
        .formatted(
            TestImage.descriptor(Digest.of(config), "", config),
            TestImage.descriptor(Digest.of(layer), "", layer));
  }

  private static Tar many(int files) {
    Tar tar = new Tar();
    for (int i = 0; i < files; i++) {
      tar.file("f" + i, "");
    }
    return tar;
  }

  private static Tar documents(int count) {
    Tar tar = new Tar();
    for (int i = 0; i < count; i++) {
      tar.file("d" + i, "{\"x\":\"" + "x".repeat(MIB / 2) + "\"}");
    }
    return tar;
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(42).nextBytes(noise);
    return noise;
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    copy[copy.length / 2] ^= 0x55;
    return copy;
  }
}
