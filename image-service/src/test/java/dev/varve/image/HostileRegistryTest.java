package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.domain.Digest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a registry sends: a clear error, an event, and a store that is as it was. */
class HostileRegistryTest {
  private static final TestImage IMAGE =
      new TestImage(new Tar().file("a", "first").bytes(), new Tar().file("b", "second").bytes());
  private static final byte[] LAYER = Tar.gzip(IMAGE.layers().get(1));
  private static final Digest LAYER_DIGEST = Digest.of(LAYER);
  private static final String MANIFEST = FakeRegistry.OCI_MANIFEST;

  @TempDir Path directory;
  private FakeRegistry registry;
  private TestService service;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    service =
        new TestService(directory.resolve("content"), ArchiveLimits.DEFAULT, PullTest.IMPATIENT);
  }

  @AfterEach
  void stop() {
    service.close();
    registry.close();
  }

  private interface Lie {
    void tell(FakeRegistry registry) throws IOException;
  }

  private static Arguments lie(String name, String text, Lie lie) {
    return Arguments.of(name, text, lie);
  }

  /** An honest registry with another manifest. */
  private static Lie manifest(java.util.function.UnaryOperator<String> change) {
    return registry -> registry.manifest("1", MANIFEST, change.apply(registry.manifestJson(IMAGE)));
  }

  private static Lie layer(com.sun.net.httpserver.HttpHandler handler) {
    return registry -> {
      registry.image(IMAGE);
      registry.on(FakeRegistry.blobPath(LAYER_DIGEST), handler);
    };
  }

  static Stream<Arguments> lies() {
    String digest = LAYER_DIGEST.value();
    byte[] other = LAYER.clone();
    other[4] ^= 1; // the time in gzip's header: the same tar
    return Stream.of(
        lie(
            "other bytes",
            "filesystem layer verification failed for digest " + digest,
            layer(x -> FakeRegistry.ranged(x, other))),
        lie(
            "a size that is too small",
            "has more than the " + (LAYER.length - 1) + " bytes",
            manifest(json ->
                json.replace(
                    "\"size\":" + LAYER.length + "}]", "\"size\":" + (LAYER.length - 1) + "}]"))),
        lie(
            "a size that is too large",
            "has fewer than the " + (LAYER.length + 1) + " bytes",
            manifest(json ->
                json.replace(
                    "\"size\":" + LAYER.length + "}]", "\"size\":" + (LAYER.length + 1) + "}]"))),
        lie(
            "a negative size",
            "invalid manifest",
            manifest(json -> json.replace("\"size\":" + LAYER.length + "}]", "\"size\":-1}]"))),
        lie(
            "an end too early, again and again",
            "has fewer than",
            layer(x -> {
              x.sendResponseHeaders(200, LAYER.length);
              x.getResponseBody().write(LAYER, 0, 10);
              x.getResponseBody().flush();
              x.close();
            })),
        lie(
            "no end",
            "has more than",
            layer(x -> {
              x.sendResponseHeaders(200, 0);
              while (true) {
                x.getResponseBody().write(LAYER);
              }
            })),
        lie(
            "another diff id in the config",
            "layers from manifest don't match image configuration",
            registry ->
                registry.image(
                    new TestImage(IMAGE.layers().toArray(byte[][]::new))
                        .withConfig(
                            TestImage.config(
                                List.of(
                                    Digest.of(IMAGE.layers().get(0)),
                                    Digest.of(TestImage.bytes("else"))))))),
        lie(
            "fewer diff ids than layers",
            "layers from manifest don't match image configuration",
            registry ->
                registry.image(
                    new TestImage(IMAGE.layers().toArray(byte[][]::new))
                        .withConfig(TestImage.config(List.of(Digest.of(IMAGE.layers().get(0))))))),
        lie(
            "both layers and manifests",
            "ambiguous document",
            manifest(json -> json.replace("\"layers\"", "\"manifests\":[],\"layers\""))),
        lie(
            "a type that is not the one in the document",
            "the registry calls it application/vnd.docker.distribution.manifest.v2+json",
            registry ->
                registry.manifest(
                    "1",
                    "application/vnd.docker.distribution.manifest.v2+json",
                    registry.manifestJson(IMAGE))),
        lie(
            "a key twice",
            "Duplicate field",
            manifest(json -> json.replace("\"layers\"", "\"layers\":[],\"layers\""))),
        lie(
            "an upper-case digest",
            "invalid checksum digest format",
            manifest(json ->
                json.replace(
                    digest, "sha256:" + LAYER_DIGEST.hex().toUpperCase(java.util.Locale.ROOT)))),
        lie(
            "a short digest",
            "invalid checksum digest format",
            manifest(json -> json.replace(digest, "sha256:" + LAYER_DIGEST.shortHex()))),
        lie(
            "an unknown digest",
            "invalid checksum digest format",
            manifest(
                json -> json.replace(digest, "sha512:" + LAYER_DIGEST.hex() + LAYER_DIGEST.hex()))),
        lie(
            "a path for a digest",
            "invalid checksum digest format",
            manifest(json -> json.replace(digest, "../../../etc/passwd"))),
        lie(
            "a digest header that lies",
            "manifest verification failed",
            registry -> {
              byte[] json = TestImage.bytes(registry.manifestJson(IMAGE));
              for (String at : List.of("1", digest)) {
                registry.on(
                    "/v2/t/x/manifests/" + at,
                    x -> {
                      x.getResponseHeaders().add("Docker-Content-Digest", digest);
                      FakeRegistry.answer(x, 200, MANIFEST, json);
                    });
              }
            }),
        lie(
            "a manifest of more than 4 MiB",
            "manifest exceeds the limit",
            manifest(json ->
                json.replace(
                    "{\"schemaVersion\"",
                    "{\"x\":\"" + "y".repeat(5 << 20) + "\",\"schemaVersion\""))),
        lie(
            "a manifest in gzip",
            "encodes a manifest unasked",
            registry ->
                registry.on(
                    "/v2/t/x/manifests/1",
                    x -> {
                      x.getResponseHeaders().add("Content-Encoding", "gzip");
                      FakeRegistry.answer(x, 200, MANIFEST, Tar.gzip(new byte[10 << 20]));
                    })),
        lie(
            "a layer encoded once more",
            "encodes a blob as gzip unasked",
            layer(x -> {
              x.getResponseHeaders().add("Content-Encoding", "gzip");
              FakeRegistry.answer(x, 200, "a/b", Tar.gzip(LAYER));
            })),
        lie(
            "nested a thousand deep",
            "invalid manifest",
            manifest(json ->
                json.replace(
                    "{\"schemaVersion\"",
                    "{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + ",\"schemaVersion\""))),
        lie(
            "redirects without end",
            "stopped after 10 redirects",
            layer(x -> {
              x.getResponseHeaders().add("Location", x.getRequestURI().toString());
              FakeRegistry.answer(x, 307, "a/b", new byte[0]);
            })),
        lie(
            "a redirect to a file",
            "refused a redirect",
            layer(x -> {
              x.getResponseHeaders().add("Location", "file:///etc/passwd");
              FakeRegistry.answer(x, 302, "a/b", new byte[0]);
            })),
        lie(
            "a redirect to the secrets of a cloud",
            "link-local",
            layer(x -> {
              x.getResponseHeaders().add("Location", "http://169.254.169.254/latest/meta-data");
              FakeRegistry.answer(x, 302, "a/b", new byte[0]);
            })),
        lie(
            "names that climb out",
            "outside of the layer",
            registry -> registry.image(new TestImage(new Tar().file("../x", "y").bytes()))),
        lie(
            "a bomb",
            "times its size",
            registry ->
                registry.image(
                    new TestImage(new Tar().file("zeros", new byte[300 << 20]).bytes()))),
        lie(
            "schema 1",
            "[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1",
            registry ->
                registry.manifest(
                    "1",
                    "application/vnd.docker.distribution.manifest.v1+prettyjws",
                    "{\"schemaVersion\":1}")),
        lie(
            "no image but something else",
            "Encountered remote \"application/vnd.cncf.helm.config.v1+json\"",
            manifest(json ->
                json.replace(FakeRegistry.OCI_CONFIG, "application/vnd.cncf.helm.config.v1+json"))),
        lie(
            "a config of other bytes",
            "image config verification failed",
            registry -> {
              registry.image(IMAGE);
              byte[] config = TestImage.bytes(IMAGE.configJson().replace("test", "tesu"));
              registry.on(FakeRegistry.blobPath(IMAGE.id()), x -> FakeRegistry.ranged(x, config));
            }),
        lie(
            "another system's image",
            "operating system is not supported",
            registry ->
                registry.image(
                    new TestImage(IMAGE.layers().toArray(byte[][]::new))
                        .withConfig(IMAGE.configJson().replace("\"linux\"", "\"windows\"")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void isRefused(String name, String text, Lie lie) throws IOException {
    service.load(TestImage.of("here before").dockerArchive("before:1"));
    List<String> before = service.files();
    lie.tell(registry);
    assertThatThrownBy(() -> service.pull(registry.name("t/x"), "1"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining(text);
    assertThat(service.files()).isEqualTo(before);
    assertThat(service.events().getLast().type())
        .isIn("dev.varve.image.v1.PullFailed", "dev.varve.image.v1.LayerAbandoned");
    assertThat(service.list()).hasSize(1);
    registry.image(IMAGE);
    service.pull(registry.name("t/x"), "1");
    assertThat(service.list()).hasSize(2);
  }

  @Test
  void layersOfAnHonestTwinAreNotTakenOnTheConfigsWord() throws IOException {
    registry.image(IMAGE);
    service.pull(registry.name("t/x"), "1");
    registry.image(
        new TestImage(IMAGE.layers().toArray(byte[][]::new))
            .withConfig(
                TestImage.config(
                    List.of(Digest.of(IMAGE.layers().get(1)), Digest.of(IMAGE.layers().get(0))))));
    assertThatThrownBy(() -> service.pull(registry.name("t/x"), "1"))
        .hasMessageContaining("don't match image configuration");
    assertThat(Arrays.equals(service.blob(LAYER_DIGEST.value(), 0), LAYER)).isTrue();
  }
}
