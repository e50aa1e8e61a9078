package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.SnapshotEvent.LayerDropped;
import dev.varve.snapshot.domain.SnapshotEvent.PrepareFailed;
import dev.varve.snapshot.domain.SnapshotEvent.Prepared;
import dev.varve.snapshot.domain.SnapshotEvent.Removed;
import dev.varve.snapshot.testing.TestLayers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image is mounted as long as containers have it; without a broker and without root. */
final class MountedImagesTest {
  private static final String ONE = TestLayers.containerId(1);
  private static final String TWO = TestLayers.containerId(2);
  private static final String TOOLS = "sha256:" + "a".repeat(64);

  @TempDir Path temp;
  private final RecordingMountCalls mounts = new RecordingMountCalls();
  private SnapshotNode node;
  private Image image;
  private Image tools;

  @BeforeEach
  void start() throws Exception {
    node = new SnapshotNode(temp.resolve("snapshots"), new RecordingFileCalls(), mounts);
    node.start();
    image = node.addImage("sha256:i", new TarBytes().directory("bin/").bytes());
    tools = node.addImage(TOOLS, new TarBytes().directory("tools/").bytes());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Path files() throws Exception {
    return temp.toRealPath().resolve("snapshots/images").resolve("a".repeat(64)).resolve("files");
  }

  private void awaitPrepared(int count) {
    await().untilAsserted(() -> assertThat(node.recorded(Prepared.class)).hasSize(count));
  }

  private void awaitRootsRemoved(int count) {
    await().untilAsserted(() -> assertThat(node.recorded(Removed.class)).hasSize(count));
  }

  @Test
  void itIsMountedBeforeItsContainerIsPrepared() throws Exception {
    node.createContainerWith(TOOLS, ONE, image);
    awaitPrepared(1);
    assertThat(node.recorded(Prepared.class).getFirst().volumeMounts())
        .containsExactly(files().toString());
    assertThat(mounts.isMounted(files())).isTrue();
  }

  @Test
  void containersShareItAndTheLastTakesItAlong() throws Exception {
    node.createContainerWith(TOOLS, ONE, image);
    node.createContainerWith(TOOLS, TWO, image);
    awaitPrepared(2);
    node.removeContainer(ONE);
    awaitRootsRemoved(1);
    assertThat(mounts.isMounted(files())).isTrue();
    node.removeContainer(TWO);
    await().untilAsserted(() -> assertThat(files().getParent()).doesNotExist());
    assertThat(mounts.isMounted(files())).isFalse();
  }

  @Test
  void anEngineThatStartsKeepsWhatIsNeededAndNothingElse() throws Exception {
    node.createContainerWith(TOOLS, ONE, image);
    awaitPrepared(1);
    node.stop();
    node.start();
    assertThat(mounts.isMounted(files())).isTrue();
    assertThat(node.recorded(Prepared.class)).hasSize(1);

    node.stop();
    node.removeContainer(ONE);
    node.start();
    assertThat(mounts.isMounted(files())).isFalse();
    assertThat(files().getParent()).doesNotExist();
  }

  @Test
  void whoMissesItGetsItAgain() throws Exception {
    node.createContainerWith(TOOLS, ONE, image);
    awaitPrepared(1);
    mounts.unmount(files(), MountCalls.MNT_DETACH);
    node.missRoot(ONE);
    awaitPrepared(2);
    assertThat(mounts.isMounted(files())).isTrue();
  }

  @Test
  void itsLayersStayUntilNobodyHasItMounted() throws Exception {
    node.createContainerWith(TOOLS, ONE, image);
    awaitPrepared(1);
    node.removeImage(tools);
    node.stop();
    node.start();
    assertThat(mounts.isMounted(files())).isTrue();
    assertThat(node.recorded(LayerDropped.class)).isEmpty();

    node.removeContainer(ONE);
    node.reclaimImage(tools);
    await()
        .untilAsserted(() ->
            assertThat(node.recorded(LayerDropped.class))
                .extracting(LayerDropped::chainId)
                .containsExactlyElementsOf(tools.chain()));
  }

  @Test
  void anImageThatIsGoneIsSaidToBe() {
    String gone = "sha256:" + "b".repeat(64);
    node.createContainerWith(gone, ONE, image);
    await()
        .untilAsserted(() ->
            assertThat(node.recorded(PrepareFailed.class))
                .extracting(PrepareFailed::message)
                .containsExactly("No such image: " + gone));
  }
}
