package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed leaves the disk, over crashes, and takes nothing else along. */
@EndToEnd
final class CollectionTest {

  @ParameterizedTest
  @ValueSource(strings = {"image.reclaim.blobs-deleted", "snapshot.layer.dropped-before-announce"})
  void aCollectionThatWasKilledIsCarriedThrough(String point, Engine engine, Docker docker)
      throws IOException {
    await().until(() -> unpacked(engine) == layers(docker));
    Set<String> before = stored(engine);
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo kept > /own");
    docker.ok("commit", "box", "own:1");
    docker.ok("rm", "box");
    assertThat(docker.ok("run", "--rm", "own:1", "cat", "/own")).isEqualTo("kept");
    Set<String> added = new HashSet<>(stored(engine));
    added.removeAll(before);
    assertThat(added).hasSizeGreaterThanOrEqualTo(4); // config, manifest, layer, unpacked layer
    engine.down();
    engine.upUntil(point);
    docker.run("rmi", "own:1");
    engine.awaitCrash();
    engine.up();
    await().untilAsserted(() -> assertThat(stored(engine)).isEqualTo(before));
    assertThat(docker.run("inspect", "own:1").exit()).isNotZero();
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "here")).isEqualTo("here");
  }

  /** Layers of all images: what was just seeded may still be unpacked. */
  private static long layers(Docker docker) {
    String[] ids =
        docker.ok("images", "-q", "--no-trunc").lines().distinct().toArray(String[]::new);
    return Stream.of(ids)
        .flatMap(id -> docker.inspect("{{range .RootFS.Layers}}{{println .}}{{end}}", id).lines())
        .filter(line -> !line.isBlank())
        .distinct()
        .count();
  }

  private static long unpacked(Engine engine) {
    List<String> names = names(engine.root().resolve("snapshots/layers"));
    return names.stream().anyMatch(name -> name.contains("/tmp-")) ? -1 : names.size();
  }

  /** Blobs and unpacked layers. */
  private static Set<String> stored(Engine engine) {
    return List.of("content/blobs/sha256", "snapshots/layers").stream()
        .flatMap(directory -> names(engine.root().resolve(directory)).stream())
        .collect(Collectors.toSet());
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(Path::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
