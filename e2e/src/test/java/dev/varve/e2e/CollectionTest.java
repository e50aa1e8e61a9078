package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed leaves the disk, over crashes, and takes nothing else along. */
@EndToEnd
final class CollectionTest {

  @ParameterizedTest
  @ValueSource(strings = {"image.reclaim.blobs-deleted", "snapshot.layer.dropped-before-announce"})
  void aCollectionThatWasKilledIsCarriedThrough(String point, Engine engine, Docker docker)
      throws IOException {
    await().until(() -> StoredImages.areUnpacked(engine, docker));
    Set<String> before = StoredImages.of(engine);
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo kept > /own");
    docker.ok("commit", "box", "own:1");
    docker.ok("rm", "box");
    assertThat(docker.ok("run", "--rm", "own:1", "cat", "/own")).isEqualTo("kept");
    Set<String> added = new HashSet<>(StoredImages.of(engine));
    added.removeAll(before);
    assertThat(added).hasSizeGreaterThanOrEqualTo(4); // config, manifest, layer, unpacked layer
    engine.restartUntil(point);
    docker.run("rmi", "own:1");
    engine.awaitCrash();
    engine.up();
    await().untilAsserted(() -> assertThat(StoredImages.of(engine)).isEqualTo(before));
    assertThat(docker.run("inspect", "own:1").exit()).isNotZero();
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "here")).isEqualTo("here");
  }
}
