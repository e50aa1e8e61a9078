package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.application.Inspection.RootUsage;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotEvent.LayerApplied;
import dev.varve.snapshot.domain.SnapshotEvent.LayerApplyFailed;
import dev.varve.snapshot.domain.SnapshotEvent.LayerDropped;
import dev.varve.snapshot.domain.SnapshotEvent.PrepareFailed;
import dev.varve.snapshot.domain.SnapshotEvent.Prepared;
import dev.varve.snapshot.domain.SnapshotEvent.Removed;
import dev.varve.snapshot.testing.SharedLog;
import dev.varve.snapshot.testing.TestLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service without a broker and without root: logs in memory, mounts recorded. */
class SnapshotAssemblyTest {
  private static final byte[] BOTTOM =
      new TarBytes().directory("bin/").file("bin/sh", "shell").bytes();
  private static final byte[] TOP = new TarBytes().file("etc/motd", "hello").bytes();
  private static final String ONE = TestLayers.containerId(1);
  private static final String TWO = TestLayers.containerId(2);

  @TempDir Path temp;
  private final RecordingMountCalls mounts = new RecordingMountCalls();
  private SnapshotNode node;

  @BeforeEach
  void start() throws Exception {
    node = new SnapshotNode(temp.resolve("snapshots"), new RecordingFileCalls(), mounts);
    node.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void restart() throws IOException {
    node.stop();
    node.start();
  }

  private Path merged(String id) throws IOException {
    return temp.toRealPath().resolve("snapshots/containers").resolve(id).resolve("merged");
  }

  private Path layerPath(ChainId chainId) {
    return temp.resolve("snapshots/layers").resolve(chainId.hex());
  }

  private <E extends SnapshotEvent> void awaitRecorded(Class<E> type, int count) {
    await().untilAsserted(() -> assertThat(node.recorded(type)).hasSize(count));
  }

  @Test
  void anAddedImagesLayersAreAppliedAndRecordedBottomFirst() {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    awaitRecorded(LayerApplied.class, 2);
    List<LayerApplied> applied = node.recorded(LayerApplied.class);
    assertThat(applied.stream().map(event -> event.layer().chainId()))
        .containsExactlyElementsOf(image.chain());
    assertThat(applied.get(1).layer().parent()).contains(image.chain().getFirst());
    assertThat(applied.getFirst().layer().sizeBytes()).isEqualTo(5);
    assertThat(applied.getFirst().layer().entries()).isEqualTo(2);
    assertThat(layerPath(image.chain().getFirst()).resolve("fs/bin/sh")).hasContent("shell");
    assertThat(node.causes())
        .allSatisfy(cause -> {
          assertThat(cause.actor()).isEqualTo("service:snapshot");
          assertThat(cause.correlationId()).isEqualTo(SharedLog.CAUSE.correlationId());
        });
  }

  @Test
  void aFetchedLayerIsAppliedBeforeItsImageIsThere() {
    Image image = TestLayers.image("sha256:i", BOTTOM, TOP);
    node.fetchLayer(image.layers().getFirst(), BOTTOM);
    awaitRecorded(LayerApplied.class, 1);
    assertThat(layerPath(image.chain().getFirst()).resolve("fs/bin/sh")).hasContent("shell");

    node.addImage("sha256:i", BOTTOM, TOP);
    awaitRecorded(LayerApplied.class, 2);
    assertThat(node.opened.values()).extracting(AtomicInteger::get).containsExactly(1, 1);
    node.abandonLayer(image.layers().getFirst());
    node.reclaimImage(image);
    awaitRecorded(LayerDropped.class, 2);
  }

  @Test
  void anAbandonedLayerIsDroppedUnlessAnImageHasIt() {
    Image image = TestLayers.image("sha256:i", BOTTOM, TOP);
    node.fetchLayer(image.layers().get(0), BOTTOM);
    awaitRecorded(LayerApplied.class, 1);
    node.fetchLayer(image.layers().get(1), TOP);
    awaitRecorded(LayerApplied.class, 2);
    node.addImage("sha256:other", BOTTOM);
    node.abandonLayer(image.layers().get(0));
    node.abandonLayer(image.layers().get(1));
    awaitRecorded(LayerDropped.class, 1);
    assertThat(layerPath(image.chain().get(0))).exists();
    assertThat(layerPath(image.chain().get(1))).doesNotExist();
  }

  @Test
  void aFetchedLayerWhoseBlobIsGoneLeavesNothingAndItsImageTriesAgain() {
    Image image = TestLayers.image("sha256:i", BOTTOM, TOP);
    node.fetchLayer(image.layers().getFirst(), BOTTOM);
    awaitRecorded(LayerApplied.class, 1);
    node.fetchLayer(image.layers().getLast(), BOTTOM); // of another digest
    await().until(() -> node.opened.containsKey(image.layers().getLast().blob()));
    node.addImage("sha256:i", BOTTOM, TOP);
    awaitRecorded(LayerApplied.class, 2);
    assertThat(node.recorded(LayerApplyFailed.class)).isEmpty();
  }

  @Test
  void aContainerGetsItsRootAndLosesItWithItsRemoval() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    assertThat(node.recorded(Prepared.class))
        .containsExactly(
            new Prepared(ONE, image.id(), image.chain(), merged(ONE).toString(), 1, List.of()));
    assertThat(mounts.mounted()).containsExactly(merged(ONE));
    assertThat(
            mounts.calls().stream()
                .filter(call -> call.startsWith("fsconfig lowerdir+"))
                .map(call -> call.replaceAll(".*layers/([0-9a-f]{64})/fs", "$1")))
        .containsExactly(image.chain().get(1).hex(), image.chain().get(0).hex());

    node.removeContainer(ONE);
    awaitRecorded(Removed.class, 1);
    assertThat(mounts.mounted()).isEmpty();
    assertThat(temp.resolve("snapshots/containers")).isEmptyDirectory();
    assertThat(node.recorded(LayerDropped.class)).isEmpty();
  }

  @Test
  void anImageWithoutLayersHasAnEmptyRoot() throws Exception {
    Image scratch = node.addImage("sha256:scratch");
    node.createContainer(ONE, scratch);
    awaitRecorded(Prepared.class, 1);
    assertThat(mounts.calls())
        .contains("fsconfig lowerdir+=" + temp.toRealPath().resolve("snapshots/empty"));
  }

  @Test
  void containersCreatedWhileLayersAreAppliedJoinTheApplication() {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    for (int i = 0; i < 20; i++) {
      node.createContainer(TestLayers.containerId(i), image);
    }
    awaitRecorded(Prepared.class, 20);
    assertThat(node.opened.values()).extracting(AtomicInteger::get).containsExactly(1, 1);
    assertThat(node.recorded(LayerApplied.class)).hasSize(2);
  }

  @Test
  void layersGoWithTheLastImageAndRootThatNeedThem() {
    Image first = node.addImage("sha256:first", BOTTOM);
    Image second = node.addImage("sha256:second", BOTTOM, TOP);
    awaitRecorded(LayerApplied.class, 2);
    node.createContainer(ONE, second);
    awaitRecorded(Prepared.class, 1);
    node.removeImage(first);
    node.removeImage(second);
    node.missRoot(ONE);
    awaitRecorded(Prepared.class, 2);
    assertThat(node.recorded(LayerDropped.class)).isEmpty();
    node.removeContainer(ONE);
    awaitRecorded(Removed.class, 1);
    assertThat(node.recorded(LayerDropped.class)).isEmpty();
    node.reclaimImage(first);
    node.reclaimImage(second);
    awaitRecorded(LayerDropped.class, 2);
    assertThat(temp.resolve("snapshots/layers")).isEmptyDirectory();
    node.announce(first);
    awaitRecorded(LayerApplied.class, 3);
  }

  @Test
  void aContainerOfARemovedImageIsMadeAgainFromNothing() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    node.removeImage(image);
    node.stop();
    for (ChainId layer : image.chain()) {
      Files.delete(layerPath(layer).resolve("applied"));
    }
    node.start();
    awaitRecorded(Prepared.class, 2);
    assertThat(node.recorded(PrepareFailed.class)).isEmpty();
    node.removeContainer(ONE);
    node.reclaimImage(image);
    awaitRecorded(LayerDropped.class, 2);
    assertThat(temp.resolve("snapshots/layers")).isEmptyDirectory();
  }

  @Test
  void anImageThatIsNotThereFailsTheContainer() {
    node.createContainer(ONE, TestLayers.image("sha256:unknown", BOTTOM));
    awaitRecorded(PrepareFailed.class, 1);
    assertThat(node.recorded(PrepareFailed.class))
        .containsExactly(new PrepareFailed(ONE, "No such image: sha256:unknown"));
  }

  @Test
  void whoeverMissesARootGetsANewGeneration() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    Files.writeString(merged(ONE).resolveSibling("upper").resolve("mine"), "kept");
    mounts.forget(merged(ONE));
    node.missRoot(ONE);
    awaitRecorded(Prepared.class, 2);
    assertThat(node.recorded(Prepared.class).get(1).generation()).isEqualTo(2);
    assertThat(mounts.mounted()).containsExactly(merged(ONE));
    assertThat(merged(ONE).resolveSibling("upper").resolve("mine")).hasContent("kept");
    // Even when it looks fine from here: somebody waits for the answer, and may use it already.
    int calls = mounts.calls().size();
    node.missRoot(ONE);
    awaitRecorded(Prepared.class, 3);
    assertThat(mounts.calls().subList(calls, mounts.calls().size()))
        .noneMatch(call -> call.contains("mount "));
  }

  @Test
  void aQuietRestartChangesNothing() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    int before = node.recorded().size();
    restart();
    node.createContainer(TWO, image);
    awaitRecorded(Prepared.class, 2);
    node.stop();
    assertThat(node.recorded()).hasSize(before + 1);
    assertThat(mounts.calls()).filteredOn(call -> call.startsWith("unmount")).isEmpty();
  }

  @Test
  void aRebootBringsAllMountsBackWithTheContainersChanges() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    Files.writeString(merged(ONE).resolveSibling("upper").resolve("mine"), "kept");
    node.stop();
    mounts.forget(merged(ONE));
    node.start();
    awaitRecorded(Prepared.class, 2);
    assertThat(mounts.mounted()).containsExactly(merged(ONE));
    assertThat(merged(ONE).resolveSibling("upper").resolve("mine")).hasContent("kept");
    assertThat(node.opened.values()).extracting(AtomicInteger::get).containsExactly(1);
  }

  @Test
  void deletedDirectoriesAreMadeAgainAndStaleMountsRenewed() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    node.stop();
    Files.delete(layerPath(image.chain().get(0)).resolve("applied"));
    node.start();
    awaitRecorded(Prepared.class, 2);
    assertThat(node.opened.get(image.layers().get(0).blob())).hasValue(2);
    assertThat(node.opened.get(image.layers().get(1).blob())).hasValue(1);
    assertThat(mounts.calls()).contains("unmount " + merged(ONE));
    assertThat(node.recorded(LayerApplied.class)).hasSize(2);
  }

  @Test
  void aStartRemovesWhatIsLeftOverAndLeavesAloneWhatIsNotOurs() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM);
    Image other = node.addImage("sha256:other", TOP);
    node.createContainer(ONE, image);
    node.createContainer(TWO, image);
    awaitRecorded(Prepared.class, 2);
    awaitRecorded(LayerApplied.class, 2);
    node.stop();
    Path containers = temp.resolve("snapshots/containers");
    Files.createDirectories(containers.resolve("tmp-dead/upper"));
    Files.createDirectories(temp.resolve("snapshots/layers/tmp-dead/fs"));
    node.removeContainer(TWO);
    node.removeImage(other);
    node.reclaimImage(other);
    node.start();
    awaitRecorded(Removed.class, 1);
    awaitRecorded(LayerDropped.class, 1);
    assertThat(containers).isDirectoryContaining(path -> path.endsWith(ONE));
    assertThat(containers.resolve(TWO)).doesNotExist();
    assertThat(containers.resolve("tmp-dead")).doesNotExist();
    assertThat(temp.resolve("snapshots/layers/tmp-dead")).doesNotExist();
    assertThat(mounts.mounted()).containsExactly(merged(ONE));

    node.stop();
    String foreign = TestLayers.containerId(99);
    Files.createDirectories(containers.resolve(foreign).resolve("upper"));
    node.start();
    node.createContainer(TestLayers.containerId(3), image);
    awaitRecorded(Prepared.class, 3);
    assertThat(containers.resolve(foreign).resolve("upper")).isDirectory();
  }

  @Test
  void bytesThatDoNotMatchFailTheLayerAndTheContainerAndLeaveNothing() throws Exception {
    Image lying = TestLayers.image("sha256:i", BOTTOM);
    node.blobs.put(lying.layers().getFirst().blob(), TOP);
    node.announce(lying);
    node.createContainer(ONE, lying);
    awaitRecorded(LayerApplyFailed.class, 1);
    awaitRecorded(PrepareFailed.class, 1);
    assertThat(node.recorded(LayerApplyFailed.class).getFirst().message())
        .contains("unpacks to sha256:");
    assertThat(temp.resolve("snapshots/layers")).isEmptyDirectory();
    assertThat(mounts.mounted()).isEmpty();
    node.blobs.put(lying.layers().getFirst().blob(), BOTTOM);
    node.missRoot(ONE);
    awaitRecorded(Prepared.class, 1);
  }

  @Test
  void aSourceThatIsAwayForAMomentIsAskedAgain() {
    node.unavailable.set(2);
    Image image = node.addImage("sha256:i", BOTTOM);
    awaitRecorded(LayerApplied.class, 1);
    assertThat(node.opened.get(image.layers().getFirst().blob())).hasValue(3);
    assertThat(node.recorded(LayerApplyFailed.class)).isEmpty();
  }

  @Test
  void aMountThatFailsIsRecordedAndLeavesNothingOpen() {
    mounts.failOn("create", dev.varve.linux.Errno.ENOSPC);
    Image image = node.addImage("sha256:i", BOTTOM);
    node.createContainer(ONE, image);
    awaitRecorded(PrepareFailed.class, 1);
    assertThat(node.recorded(PrepareFailed.class).getFirst().message())
        .contains("no space left on device");
    assertThat(mounts.open()).isEmpty();
  }

  @Test
  void containersOfOtherNodesAreTheirOwn() {
    Image image = node.addImage("sha256:i", BOTTOM);
    node.createContainer(ONE, image, "node-2");
    node.createContainer(TWO, image);
    awaitRecorded(Prepared.class, 1);
    assertThat(node.recorded(Prepared.class).getFirst().containerId()).isEqualTo(TWO);
    assertThat(mounts.mounted()).hasSize(1);
  }

  @Test
  void usageCountsChangesOnceAndLayersBelow() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM, TOP);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    Path upper = merged(ONE).resolveSibling("upper");
    Files.writeString(upper.resolve("a"), "12345");
    Files.createLink(upper.resolve("b"), upper.resolve("a"));
    await()
        .untilAsserted(() ->
            assertThat(node.assembly().inspection().usage(ONE))
                .isEqualTo(Optional.of(new RootUsage(5, 2, 15))));
    assertThat(node.assembly().inspection().usage(TWO)).isEmpty();
    assertThat(node.assembly().inspection().summary().layers()).isEqualTo(2);
    assertThat(node.assembly().inspection().summary().roots()).isEqualTo(1);
  }

  @Test
  void changesAreKnownOnceARunIsOverAndNewWhileItGoesOn() throws Exception {
    Image image = node.addImage("sha256:i", BOTTOM);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    Path upper = merged(ONE).resolveSibling("upper");
    node.containerSays(ONE, "Started");
    for (String content : List.of("1", "22", "333")) {
      Files.writeString(upper.resolve("a"), content);
      await().untilAsserted(() -> assertThat(upperBytes()).isEqualTo((long) content.length()));
    }
    Files.writeString(upper.resolve("a"), "55555");
    node.containerSays(ONE, "Exited");
    await().untilAsserted(() -> assertThat(upperBytes()).isEqualTo(5));
    // Nobody writes there now, and so nobody looks.
    Files.writeString(upper.resolve("a"), "");
    assertThat(upperBytes()).isEqualTo(5);
    node.removeContainer(ONE);
    await().until(() -> node.assembly().inspection().usages().isEmpty());
  }

  private long upperBytes() {
    RootUsage known = node.assembly().inspection().usages().get(ONE);
    return known == null ? -1 : known.upperBytes();
  }

  @Test
  void manyLayersAreNoTrouble() {
    byte[][] archives =
        IntStream.range(0, 150)
            .mapToObj(i -> new TarBytes().file("f" + i, "").bytes())
            .toArray(byte[][]::new);
    Image image = node.addImage("sha256:deep", archives);
    node.createContainer(ONE, image);
    awaitRecorded(Prepared.class, 1);
    assertThat(node.recorded(LayerApplied.class).stream().map(event -> event.layer().chainId()))
        .containsExactlyElementsOf(image.layers().stream().map(Layer::chainId).toList());
  }
}
