package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.LayerFetched;
import dev.varve.events.image.v1.PullFailed;
import dev.varve.events.image.v1.ReferenceSet;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.RegistrySettings;
import dev.varve.image.domain.Digest;
import io.grpc.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullTest {
  static final RegistrySettings IMPATIENT =
      new RegistrySettings(
          Map.of(),
          List.of("http://127.0.0.1"),
          List.of(),
          List.of(),
          3,
          5,
          new RegistrySettings.Patience(
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofMillis(300),
              64,
              3,
              Duration.ofMillis(5),
              Duration.ofMillis(50)));

  private static final TestImage IMAGE =
      new TestImage(new Tar().file("a", "first").bytes(), new Tar().file("b", "second").bytes());
  private static final byte[] LOWER = Tar.gzip(IMAGE.layers().get(0));
  private static final byte[] UPPER = Tar.gzip(IMAGE.layers().get(1));
  private static final String LOWER_PATH = FakeRegistry.blobPath(Digest.of(LOWER));
  private static final String UPPER_PATH = FakeRegistry.blobPath(Digest.of(UPPER));

  @TempDir Path directory;
  private FakeRegistry registry;
  private TestService service;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    service = new TestService(directory.resolve("content"), ArchiveLimits.DEFAULT, IMPATIENT);
  }

  @AfterEach
  void stop() {
    service.close();
    registry.close();
  }

  @Test
  void everyEventSaysWhereItCameFrom() throws IOException {
    Digest manifest = registry.image(IMAGE);
    CountDownLatch lowerIsTold = new CountDownLatch(1);
    registry.on(
        UPPER_PATH,
        x -> {
          Awaitility.await().until(() -> types().contains("LayerFetched"));
          lowerIsTold.countDown();
          FakeRegistry.ranged(x, UPPER);
        });
    service.pull(registry.name("t/x"), "1");
    assertThat(lowerIsTold.getCount()).isZero();
    assertThat(types())
        .containsExactly("LayerFetched", "ImageAdded", "ReferenceSet", "ReferenceSet", "Pulled");
    LayerFetched fetched = LayerFetched.parseFrom(service.events().get(0).data());
    assertThat(fetched.getLayer().getDiffId()).isEqualTo(Digest.of(IMAGE.layers().get(0)).value());
    ImageAdded added = ImageAdded.parseFrom(service.events().get(1).data());
    assertThat(added.getManifestDigest()).isEqualTo(manifest.value());
    assertThat(added.getLayersList())
        .allSatisfy(layer -> {
          assertThat(layer.getOrigin().getRegistry()).isEqualTo(registry.authority());
          assertThat(layer.getOrigin().getRepository()).isEqualTo("t/x");
          assertThat(layer.getOrigin().getTag()).isEqualTo("1");
          assertThat(layer.getOrigin().getManifestDigest()).isEqualTo(manifest.value());
        });
    ReferenceSet tag = ReferenceSet.parseFrom(service.events().get(2).data());
    assertThat(tag.getReference()).isEqualTo(registry.name("t/x:1"));
    assertThat(tag.getDigest()).isEqualTo(manifest.value());
    assertThat(service.inspect(registry.name("t/x:1")).getRepoDigestsList())
        .containsExactly(registry.name("t/x@" + manifest));
  }

  @Test
  void whatIsHereIsNotAskedForAgain() throws IOException {
    registry.image(IMAGE);
    service.pull(registry.name("t/x"), "1");
    List<Progress> again = service.pull(registry.name("t/x"), "1");
    assertThat(again.getLast().getStatus()).startsWith("Status: Image is up to date for ");
    assertThat(registry.seen().stream().filter(it -> it.method().equals("GET")))
        .filteredOn(it -> !it.path().equals("/v2/"))
        .hasSize(4);
  }

  @Test
  void aCutConnectionIsTakenUpWhereItBroke() throws IOException {
    registry.image(IMAGE);
    AtomicInteger cuts = new AtomicInteger();
    registry.on(
        UPPER_PATH,
        x -> {
          // A client may hear of the cut before the bytes that came ahead of it, and then begins
          // anew.
          if (!x.getRequestHeaders().containsKey("Range") && cuts.getAndIncrement() < 3) {
            x.sendResponseHeaders(200, UPPER.length);
            x.getResponseBody().write(UPPER, 0, 40);
            x.getResponseBody().flush();
            x.close();
          } else {
            FakeRegistry.ranged(x, UPPER);
          }
        });
    service.pull(registry.name("t/x"), "1");
    assertThat(registry.seen())
        .anySatisfy(it -> {
          assertThat(it.path()).isEqualTo(UPPER_PATH);
          assertThat(it.headers()).containsEntry("range", "bytes=40-");
        });
    assertThat(service.list()).hasSize(1);
  }

  @Test
  void aRegistryThatSendsAByteNowAndThenIsGivenUp() throws IOException {
    registry.image(IMAGE);
    CountDownLatch givenUp = new CountDownLatch(1);
    registry.on(
        UPPER_PATH,
        x -> {
          x.sendResponseHeaders(200, UPPER.length);
          ByteBuffer bytes = ByteBuffer.wrap(UPPER);
          Awaitility.await()
              .pollInterval(Duration.ofMillis(100))
              .until(() -> {
                x.getResponseBody().write(bytes.get());
                x.getResponseBody().flush();
                return givenUp.getCount() == 0;
              });
        });
    try {
      assertThatThrownBy(() -> service.pull(registry.name("t/x"), "1"))
          .hasMessageContaining("the registry sent fewer than 64 bytes");
    } finally {
      givenUp.countDown();
    }
    assertThat(service.files()).noneMatch(file -> file.startsWith("ingest"));
  }

  @Test
  void aBusyRegistryIsAskedAgain() throws IOException {
    registry.image(IMAGE);
    AtomicInteger asked = new AtomicInteger();
    registry.on(
        UPPER_PATH,
        x -> {
          if (asked.getAndIncrement() < 2) {
            x.getResponseHeaders().add("Retry-After", "0");
            FakeRegistry.answer(x, 503, "text/plain", new byte[0]);
          } else {
            FakeRegistry.ranged(x, UPPER);
          }
        });
    service.pull(registry.name("t/x"), "1");
    assertThat(asked).hasValue(3);
  }

  @Test
  void afterAnAccidentOnlyWhatIsMissingIsFetched() throws IOException {
    registry.image(IMAGE);
    registry.on(
        UPPER_PATH,
        x -> {
          Awaitility.await().until(() -> types().contains("LayerFetched"));
          FakeRegistry.answer(x, 500, "text/plain", new byte[0]);
        });
    assertThatThrownBy(() -> service.pull(registry.name("t/x"), "1"))
        .hasMessageContaining("unexpected status from GET request");
    assertThat(types()).containsExactly("LayerFetched", "LayerAbandoned", "PullFailed");
    assertThat(PullFailed.parseFrom(service.events().getLast().data()).getMessage())
        .contains("500");
    service.restart();
    assertThat(service.files().stream().filter(file -> file.startsWith("ingest"))).isEmpty();
    registry.image(IMAGE);
    service.pull(registry.name("t/x"), "1");
    assertThat(registry.count(LOWER_PATH)).isEqualTo(1);
    service.remove(registry.name("t/x:1"), false);
    service.restart();
    // What the restart cut off is collected behind it.
    Awaitility.await().untilAsserted(() -> assertThat(service.files()).isEmpty());
  }

  @Test
  void aClientThatGoesAwayStopsThePull() throws Exception {
    registry.image(IMAGE);
    CountDownLatch gone = new CountDownLatch(1);
    registry.on(
        UPPER_PATH,
        x -> {
          try {
            gone.await();
          } catch (InterruptedException e) {
            x.close();
          }
        });
    Context.CancellableContext context = Context.current().withCancellation();
    CompletableFuture<Void> pull =
        CompletableFuture.runAsync(
            context.wrap(() -> {
              var _ = service.pull(registry.name("t/x"), "1");
            }));
    Awaitility.await().until(() -> types().contains("LayerFetched"));
    context.cancel(null);
    Awaitility.await().until(() -> types().contains("LayerAbandoned"));
    assertThatThrownBy(pull::join).hasMessageContaining("CANCELLED");
    gone.countDown();
    registry.image(IMAGE);
    service.pull(registry.name("t/x"), "1");
    assertThat(registry.count(LOWER_PATH)).isEqualTo(1);
  }

  @Test
  void twoPullsOfTheSameShareTheWork() throws Exception {
    registry.image(IMAGE);
    CountDownLatch both = new CountDownLatch(2);
    registry.on(
        "/v2/t/x/manifests/1",
        x -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            x.close();
          }
          FakeRegistry.answer(
              x, 200, FakeRegistry.OCI_MANIFEST, TestImage.bytes(registry.manifestJson(IMAGE)));
        });
    List<CompletableFuture<List<Progress>>> pulls =
        List.of(
            CompletableFuture.supplyAsync(() -> service.pull(registry.name("t/x"), "1")),
            CompletableFuture.supplyAsync(() -> service.pull(registry.name("t/x"), "1")));
    pulls.forEach(CompletableFuture::join);
    assertThat(registry.count(LOWER_PATH)).isEqualTo(1);
    assertThat(registry.count(UPPER_PATH)).isEqualTo(1);
  }

  @Test
  void credentialsStayWithTheirRegistry() throws IOException {
    try (FakeRegistry elsewhere = new FakeRegistry()) {
      registry.image(IMAGE);
      String basic = "Basic " + Base64.getEncoder().encodeToString(TestImage.bytes("me:hidden"));
      registry.on(
          "/v2/",
          x -> {
            x.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
            FakeRegistry.answer(x, 401, "text/plain", new byte[0]);
          });
      elsewhere.on("/b", x -> FakeRegistry.ranged(x, UPPER));
      registry.on(
          UPPER_PATH,
          x -> {
            x.getResponseHeaders().add("Location", "http://" + elsewhere.authority() + "/b");
            FakeRegistry.answer(x, 307, "text/plain", new byte[0]);
          });
      service.pull(
          request("1").setAuth(RegistryAuth.newBuilder().setUsername("me").setPassword("hidden")));
      assertThat(registry.seen())
          .anySatisfy(it -> assertThat(it.headers()).containsEntry("authorization", basic));
      assertThat(elsewhere.seen())
          .hasSize(1)
          .allSatisfy(it -> assertThat(it.headers()).doesNotContainKey("authorization"));
      assertThat(service.events())
          .allSatisfy(it -> assertThat(new String(it.data())).doesNotContain("hidden"));
    }
  }

  @Test
  void aPasswordIsNotShownToAStrangersRealm() throws IOException {
    try (FakeRegistry elsewhere = new FakeRegistry()) {
      registry.image(IMAGE);
      String realm = elsewhere.authority().replace("127.0.0.1", "localhost");
      registry.on(
          "/v2/",
          x -> {
            x.getResponseHeaders()
                .add("WWW-Authenticate", "Bearer realm=\"http://" + realm + "/t\",service=\"s\"");
            FakeRegistry.answer(x, 401, "text/plain", new byte[0]);
          });
      assertThatThrownBy(() ->
              service.pull(
                  request("1")
                      .setAuth(RegistryAuth.newBuilder().setUsername("me").setPassword("hidden"))))
          .hasMessageContaining("refused to show the credentials");
      assertThat(elsewhere.seen()).isEmpty();
    }
  }

  @Test
  void tokensAreForOneRepository() throws IOException {
    registry.image(IMAGE);
    String realm = "http://" + registry.authority() + "/token";
    registry.on(
        "/v2/",
        x -> {
          x.getResponseHeaders()
              .add("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s, 1\"");
          FakeRegistry.answer(x, 401, "text/plain", new byte[0]);
        });
    registry.on(
        "/token",
        x -> {
          assertThat(x.getRequestURI().getRawQuery())
              .isEqualTo("scope=repository%3At%2Fx%3Apull&service=s%2C+1");
          FakeRegistry.answer(
              x, 200, "application/json", TestImage.bytes("{\"token\":\"for-t-x\"}"));
        });
    service.pull(registry.name("t/x"), "1");
    assertThat(registry.seen())
        .filteredOn(it -> it.path().startsWith("/v2/t/x/"))
        .allSatisfy(
            it -> assertThat(it.headers()).containsEntry("authorization", "Bearer for-t-x"));
    assertThat(registry.count("/token")).isEqualTo(1);
  }

  @Test
  void theImageForThePlatformIsTakenFromAnIndex() throws IOException {
    String here = registry.manifestJson(IMAGE);
    Digest manifest = registry.manifest("here", FakeRegistry.OCI_MANIFEST, here);
    String index =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
         {"mediaType":"%1$s","digest":"sha256:%2$s","size":7,"platform":{"os":"linux","architecture":"arm64"}},
         {"mediaType":"%1$s","digest":"%3$s","size":%4$d,"platform":{"os":"unknown","architecture":"unknown"},
          "annotations":{"vnd.docker.reference.type":"attestation-manifest"}},
         {"mediaType":"%1$s","digest":"%3$s","size":%4$d,"platform":{"os":"linux","architecture":"amd64"}}]}\
        """
            .formatted(
                FakeRegistry.OCI_MANIFEST, "7".repeat(64), manifest, TestImage.bytes(here).length);
    Digest named = registry.manifest("1", "application/vnd.oci.image.index.v1+json", index);
    service.pull(registry.name("t/x"), "1");
    assertThat(service.inspect(registry.name("t/x:1")).getRepoDigestsList())
        .containsExactly(registry.name("t/x@" + named));
    assertThat(service.inspect(registry.name("t/x:1")).getManifestDigest())
        .isEqualTo(manifest.value());
    assertThatThrownBy(() -> service.pull(request("1").setPlatform("linux/s390x")))
        .hasMessageContaining("no matching manifest for linux/s390x in the manifest list entries");
  }

  @Test
  void aMirrorIsAskedFirstAndMissedByNobody() throws IOException {
    try (FakeRegistry mirror = new FakeRegistry();
        TestService mirrored =
            new TestService(
                directory.resolve("mirrored"),
                ArchiveLimits.DEFAULT,
                withMirror(registry.authority(), "http://" + mirror.authority()))) {
      mirror.image(IMAGE);
      mirrored.pull(registry.name("t/x"), "1");
      assertThat(registry.seen()).isEmpty();
      registry.image(TestImage.of("only there"));
      registry.manifest("2", FakeRegistry.OCI_MANIFEST, registry.manifestJson(IMAGE));
      mirrored.pull(registry.name("t/x"), "2");
      assertThat(mirrored.list()).hasSize(1);
      assertThat(registry.seen()).isNotEmpty();
    }
  }

  private static RegistrySettings withMirror(String name, String mirror) {
    return new RegistrySettings(
        Map.of(name, List.of(mirror)),
        IMPATIENT.insecure(),
        IMPATIENT.certificates(),
        IMPATIENT.realms(),
        IMPATIENT.downloads(),
        IMPATIENT.uploads(),
        IMPATIENT.patience());
  }

  private PullRequest.Builder request(String tag) {
    return PullRequest.newBuilder().setReference(registry.name("t/x")).setTag(tag);
  }

  private List<String> types() {
    return service.events().stream()
        .map(event -> event.type().substring("dev.varve.image.v1.".length()))
        .toList();
  }
}
