package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.snapshot.application.Snapshotter.RootStatus;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.testing.TestLayers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class ErofsSnapshotterKernelTest extends SnapshotterContract {
  @Override
  LayerForms forms() {
    return LayerForms.EROFS;
  }

  private List<Path> layerMounts() throws Exception {
    return mounts.mounts().stream()
        .filter(mount -> mount.type().equals("erofs"))
        .map(mount -> mount.target())
        .filter(target -> target.startsWith(temp))
        .toList();
  }

  @Test
  void containersShareTheMountOfALayer() throws Exception {
    Image image = apply(new TarBytes().file("f", "image"), new TarBytes().file("g", "top"));
    snapshotter.prepare(ID, image.chain());
    snapshotter.prepare(TestLayers.containerId(2), image.chain());
    assertThat(layerMounts()).hasSize(2);
  }

  @Test
  void idleLayersAreUnmountedAndUsedOnesNot() throws Exception {
    Image used = apply(new TarBytes().file("f", "used"));
    Image idle = apply(new TarBytes().file("f", "idle"));
    Path root = snapshotter.prepare(ID, used.chain());
    snapshotter.prepare(TestLayers.containerId(2), idle.chain());
    snapshotter.remove(TestLayers.containerId(2));
    snapshotter = reopened();
    snapshotter.sweep();
    assertThat(layerMounts())
        .extracting(path -> path.getFileName().toString())
        .containsExactly(used.chain().getFirst().hex());
    assertThat(root.resolve("f")).hasContent("used");
  }

  @Test
  void manyIdleLayersAreNotLeftMounted() throws Exception {
    Image image =
        apply(
            IntStream.range(0, 140)
                .mapToObj(i -> new TarBytes().file("f" + i, ""))
                .toArray(TarBytes[]::new));
    for (int i = 0; i < 64; i++) {
      snapshotter.prepare(ID, image.chain());
      snapshotter.remove(ID);
    }
    assertThat(layerMounts().size()).isZero();
  }

  @Test
  void mountsThatWereLostAreMadeAgain() throws Exception {
    Image image = apply(new TarBytes().file("f", "image"));
    Path root = snapshotter.prepare(ID, image.chain());
    mounts.unmount(root, 2);
    mounts.unmount(layerMounts().getFirst(), 2);
    assertThat(snapshotter.stat(ID)).isEqualTo(RootStatus.UNMOUNTED);
    snapshotter = reopened();
    snapshotter.prepare(ID, image.chain());
    assertThat(root.resolve("f")).hasContent("image");
  }

  @Test
  void aDroppedLayerIsUnmountedAndItsSpaceFree() throws Exception {
    Image image = apply(new TarBytes().file("f", "image"));
    ChainId chainId = image.chain().getFirst();
    snapshotter.prepare(ID, image.chain());
    snapshotter.remove(ID);
    snapshotter.drop(chainId);
    assertThat(layerMounts()).isEmpty();
    assertThat(temp.resolve("s/layers")).isEmptyDirectory();
    assertThat(temp.resolve("s/mounts")).isEmptyDirectory();
  }

  /** The setting can change while there are layers. */
  @Test
  void layersOfBothFormsMakeOneRoot() throws Exception {
    TarBytes below = new TarBytes().file("below", "image").directory("d/").file("d/gone", "");
    TarBytes above = new TarBytes().file("above", "directory").file("d/.wh.gone", "");
    apply(below);
    snapshotter =
        new OverlaySnapshotter(
            temp.resolve("s"), calls, mounts, TarLimits.DEFAULT, LayerForms.DIRECTORIES);
    Image image = TestLayers.image("sha256:i", below.bytes(), above.bytes());
    snapshotter.apply(
        image.layers().get(1),
        new java.io.ByteArrayInputStream(above.bytes()),
        java.util.Optional.of(image.chain().subList(0, 1)));
    Path root = snapshotter.prepare(ID, image.chain());
    assertThat(root.resolve("below")).hasContent("image");
    assertThat(root.resolve("above")).hasContent("directory");
    assertThat(root.resolve("d")).isEmptyDirectory();
  }

  /** Programs of 32 bits cannot stat a file with a larger number. */
  @Test
  void inodesHaveNumbersOf32Bits() throws Exception {
    Image image =
        apply(new TarBytes().file("f", "image").directory("d/"), new TarBytes().file("g", "2"));
    Path root = snapshotter.prepare(ID, image.chain());
    Files.writeString(root.resolve("new"), "");
    assertThat(List.of("f", "g", "d", "new"))
        .allSatisfy(name ->
            assertThat((Long) Files.getAttribute(root.resolve(name), "unix:ino"))
                .isBetween(1L, 1L << 32));
  }
}
