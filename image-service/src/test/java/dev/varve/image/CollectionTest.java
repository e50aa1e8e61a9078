package dev.varve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.image.v1.PruneRequest;
import dev.varve.api.image.v1.ResolveRequest;
import dev.varve.api.image.v1.TagRequest;
import dev.varve.eventlog.testing.Seeds;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Removed;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever several people do at the same time, nothing that somebody refers to is ever collected,
 * and in the end nothing else is left.
 */
class CollectionTest {
  private static final int PEOPLE = 4;
  private static final int DEEDS = 60;
  private static final byte[] SHARED = layer("shared");
  private static final List<TestImage> IMAGES =
      List.of(
          new TestImage(SHARED),
          new TestImage(SHARED, layer("a")),
          new TestImage(SHARED, layer("a"), layer("b")),
          new TestImage(layer("c"), layer("a")));

  private final AtomicInteger containers = new AtomicInteger();

  @TempDir Path directory;

  @Test
  void nothingReferredToIsCollected() {
    Seeds.each(5, this::nothingReferredToIsCollected);
  }

  private void nothingReferredToIsCollected(long seed) {
    try (TestService service = new TestService(directory.resolve("content" + seed));
        ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> deeds = new ArrayList<>();
      for (int person = 0; person < PEOPLE; person++) {
        Random random = new Random(seed * PEOPLE + person);
        deeds.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int deed = 0; deed < DEEDS; deed++) {
                    act(service, random);
                  }
                },
                people));
      }
      deeds.forEach(CompletableFuture::join);
      assertWhole(service);
      service.restart();
      assertWhole(service);
      prune(service);
      await().untilAsserted(() -> assertThat(service.files()).isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsAboutToBecomeAContainerStays() throws IOException {
    try (TestService service = new TestService(directory.resolve("content"))) {
      TestImage image = IMAGES.getFirst();
      service.load(image.dockerArchive("one:1"));
      Image found = forContainer(service, "one:1");
      service.remove("one:1", false);
      // Another removal is carried through; this one could have been.
      service.load(IMAGES.get(3).dockerArchive("other:1"));
      service.remove("other:1", false);
      await().until(() -> !Files.exists(service.blobFile(IMAGES.get(3).id().value())));
      assertThat(blobs(found)).allMatch(blob -> Files.exists(service.blobFile(blob)));
      service.containerEvent("c1", 1, created("c1", found.getId()));
      service.containerEvent("c1", 2, Removed.getDefaultInstance());
      await().untilAsserted(() -> assertThat(service.files()).isEmpty());
    }
  }

  private void act(TestService service, Random random) {
    TestImage image = IMAGES.get(random.nextInt(IMAGES.size()));
    String name = "image" + random.nextInt(5) + ":1";
    try {
      switch (random.nextInt(7)) {
        case 0, 1 -> service.load(image.dockerArchive(name), true);
        case 2 -> service.remove(name, random.nextBoolean());
        case 3 -> service.remove(image.id().value(), random.nextBoolean());
        case 4 ->
            service
                .images()
                .tag(
                    TagRequest.newBuilder()
                        .setSource(image.id().value())
                        .setRepository(name.split(":", -1)[0])
                        .setTag("1")
                        .build());
        case 5 -> assertThat(service.save(name)).isNotEmpty();
        default -> useInContainer(service, name);
      }
    } catch (StatusRuntimeException e) {
      // Somebody else was first. Anything else is a fault.
      assertThat(e.getStatus().getCode())
          .as(e.toString())
          .isIn(Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION);
      assertThat(e.getStatus().getDescription()).isNotEqualTo("no such blob");
    }
  }

  /** As long as a container is there, so is all of its image. */
  private void useInContainer(TestService service, String name) {
    Image image = forContainer(service, name);
    String id = "c" + containers.incrementAndGet();
    service.containerEvent(id, 1, created(id, image.getId()));
    for (int look = 0; look < 20; look++) {
      assertThat(blobs(image)).allMatch(blob -> Files.exists(service.blobFile(blob)));
      Thread.yield();
    }
    service.containerEvent(id, 2, Removed.getDefaultInstance());
  }

  private static void assertWhole(TestService service) {
    Set<String> expected = new HashSet<>();
    for (Image image : service.list()) {
      expected.addAll(blobs(image));
      assertThat(service.save(image.getId())).isNotEmpty();
    }
    await()
        .untilAsserted(() ->
            assertThat(service.files())
                .containsExactlyInAnyOrderElementsOf(
                    expected.stream()
                        .map(blob -> "blobs/sha256/" + blob.substring("sha256:".length()))
                        .toList()));
  }

  private static void prune(TestService service) {
    var _ = service.images().prune(PruneRequest.newBuilder().setAll(true).build());
    assertThat(service.list()).isEmpty();
  }

  private static Image forContainer(TestService service, String name) {
    return service
        .images()
        .resolve(ResolveRequest.newBuilder().setReference(name).setForContainer(true).build());
  }

  private static Created created(String id, String image) {
    return Created.newBuilder()
        .setContainerId(id)
        .setSpec(ContainerSpec.newBuilder().setImageId(image))
        .build();
  }

  private static Set<String> blobs(Image image) {
    Set<String> blobs = new HashSet<>(List.of(image.getId(), image.getManifestDigest()));
    image.getLayersList().stream().map(Layer::getDigest).forEach(blobs::add);
    return blobs;
  }

  private static byte[] layer(String content) {
    return new Tar().file(content, content).bytes();
  }
}
