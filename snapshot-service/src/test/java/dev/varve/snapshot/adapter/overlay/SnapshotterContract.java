package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.Snapshotter.RootStatus;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts, owners, devices and attributes, whatever the form of layers. Needs root. */
abstract class SnapshotterContract {
  static final String ID = TestLayers.containerId(1);

  @TempDir Path temp;
  final FileCalls calls = new KernelFileCalls();
  final MountCalls mounts = new KernelMountCalls(calls);
  OverlaySnapshotter snapshotter;

  @BeforeEach
  void open() throws Exception {
    snapshotter = reopened();
  }

  final OverlaySnapshotter reopened() throws IOException {
    return new OverlaySnapshotter(temp.resolve("s"), calls, mounts, TarLimits.DEFAULT, forms());
  }

  @AfterEach
  void unmountAll() throws Exception {
    for (String id : snapshotter.roots()) {
      snapshotter.remove(id);
    }
    snapshotter.sweep();
    assertThat(mounts.mounts())
        .noneMatch(mount -> mount.target().startsWith(temp.toAbsolutePath()));
    // Names as deep as the kernel takes them are beyond what JUnit can delete.
    try (Directory directory = Directory.open(calls, temp)) {
      dev.varve.linux.files.TreeRemoval.remove(directory, "s");
    }
  }

  abstract LayerForms forms();

  final Image apply(TarBytes... tars) throws IOException {
    byte[][] archives = new byte[tars.length][];
    for (int i = 0; i < tars.length; i++) {
      archives[i] = tars[i].bytes();
    }
    Image image = TestLayers.image("sha256:i", archives);
    for (int i = 0; i < tars.length; i++) {
      Layer layer = image.layers().get(i);
      snapshotter.apply(
          layer, new ByteArrayInputStream(archives[i]), Optional.of(image.chain().subList(0, i)));
    }
    return image;
  }

  private Path mounted(TarBytes... tars) throws IOException {
    return snapshotter.prepare(ID, apply(tars).chain());
  }

  private FileStatus stat(Path path) throws IOException {
    try (Directory parent = Directory.open(calls, path.getParent())) {
      return calls.stat(parent.fd(), path.getFileName().toString());
    }
  }

  @Test
  void theMergedViewIsTheImage() throws Exception {
    TarBytes bottom = new TarBytes();
    bottom.entry("./").type('5').mode(0711).owner(5, 6).add();
    bottom.directory("etc/").file("etc/gone", "").file("etc/kept", "below");
    bottom.directory("o/").file("o/hidden", "").directory("was/").file("was/hidden", "");
    bottom.file("replaced", "old");
    TarBytes top = new TarBytes();
    top.file("etc/.wh.gone", "").directory("o/").file("o/.wh..wh..opq", "").file("o/new", "");
    top.file(".wh.was", "").directory("was/").file("was/new", "").file("replaced", "new");
    Path root = mounted(bottom, top);
    assertThat(root.resolve("etc/gone")).doesNotExist();
    assertThat(root.resolve("etc/kept")).hasContent("below");
    assertThat(root.resolve("replaced")).hasContent("new");
    assertThat(root.resolve("o")).isDirectoryNotContaining(path -> !path.endsWith("new"));
    assertThat(root.resolve("was")).isDirectoryNotContaining(path -> !path.endsWith("new"));
    assertThat(stat(root).permissions()).isEqualTo(0711);
    assertThat(stat(root).uid()).isEqualTo(5);
    assertThat(stat(root).gid()).isEqualTo(6);
    assertThat(stat(root.getParent()).permissions()).isEqualTo(0700);
    assertThat(snapshotter.stat(ID)).isEqualTo(RootStatus.MOUNTED);
  }

  @Test
  void anOpaqueRootHidesAllLayersBelow() throws Exception {
    Path root =
        mounted(
            new TarBytes().file("below", ""),
            new TarBytes().file(".wh..wh..opq", "").file("only", ""));
    assertThat(root).isDirectoryNotContaining(path -> !path.endsWith("only"));
  }

  @Test
  void ownersModesDevicesAndCapabilitiesArrive() throws Exception {
    byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    TarBytes tar = new TarBytes();
    tar.entry("suid").mode(04755).owner(1000, 1001).content("x").add();
    tar.entry("cap")
        .mode(0755)
        .owner(1, 2)
        .pax("SCHILY.xattr.security.capability", capability)
        .pax("SCHILY.xattr.trusted.overlay.metacopy", "")
        .pax("SCHILY.xattr.trusted.overlay.redirect", "/etc")
        .add();
    tar.entry("null").type('3').mode(0666).device(1, 3).add();
    tar.entry("disk").type('4').mode(0660).device(259, 1048575).owner(0, 6).add();
    tar.entry("link").type('2').link("suid").owner(1000, 1001).mtime(77).add();
    tar.entry("zero").type('3').device(0, 0).add();
    Path root = mounted(new TarBytes().file("zero", "below"), tar);
    assertThat(stat(root.resolve("suid")).permissions()).isEqualTo(04755);
    assertThat(stat(root.resolve("suid")).uid()).isEqualTo(1000);
    FileStatus nullDevice = stat(root.resolve("null"));
    assertThat(nullDevice.type()).isEqualTo(FileCalls.S_IFCHR);
    assertThat(nullDevice.deviceMajor()).isEqualTo(1);
    assertThat(nullDevice.permissions()).isEqualTo(0666);
    assertThat(stat(root.resolve("disk")).deviceMajor()).isEqualTo(259);
    assertThat(stat(root.resolve("disk")).deviceMinor()).isEqualTo(1048575);
    assertThat(stat(root.resolve("link")).gid()).isEqualTo(1001);
    assertThat(stat(root.resolve("link")).modifiedSeconds()).isEqualTo(77);
    assertThat(root.resolve("zero")).hasContent("below");
    try (Directory directory = Directory.open(calls, root)) {
      assertThat(calls.getXattr(directory.fd(), "cap", "security.capability"))
          .isEqualTo(capability);
      assertThat(calls.listXattr(directory.fd(), "cap"))
          .doesNotContain("trusted.overlay.redirect", "trusted.overlay.metacopy");
    }
  }

  @Test
  void aDirectoryImpliedByAFileReplacesTheWhiteoutBeforeIt() throws Exception {
    Path root =
        mounted(
            new TarBytes().directory("d/").file("d/old", ""),
            new TarBytes().file(".wh.d", "").file("d/new", "").hardlink("d/also", "d/new"));
    assertThat(root.resolve("d/new")).exists();
    assertThat(root.resolve("d/old")).doesNotExist();
  }

  @Test
  void aHardLinkToADeletedFileIsRefused() {
    assertThatThrownBy(() -> apply(new TarBytes().file(".wh.x", "").hardlink("h", "x")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() ->
            apply(
                new TarBytes().file("x", "deep"),
                new TarBytes().file(".wh.x", ""),
                new TarBytes().hardlink("h", "x")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void changesStayInTheContainerAndSurviveAnUnmount() throws Exception {
    Image image = apply(new TarBytes().file("f", "image").file("g", "image"));
    Path root = snapshotter.prepare(ID, image.chain());
    Path other = snapshotter.prepare(TestLayers.containerId(2), image.chain());
    Files.writeString(root.resolve("f"), "mine");
    Files.delete(root.resolve("g"));
    assertThat(other.resolve("f")).hasContent("image");
    assertThat(other.resolve("g")).exists();
    mounts.unmount(root, MountCalls.MNT_DETACH);
    assertThat(snapshotter.stat(ID)).isEqualTo(RootStatus.UNMOUNTED);
    assertThat(snapshotter.prepare(ID, image.chain())).isEqualTo(root);
    assertThat(root.resolve("f")).hasContent("mine");
    assertThat(root.resolve("g")).doesNotExist();
    assertThat(snapshotter.usage(ID).bytes()).isEqualTo(4);
  }

  @Test
  void preparingAgainMountsAfreshAndOnlyOnce() throws Exception {
    Image image = apply(new TarBytes().file("f", "image"));
    Path root = snapshotter.prepare(ID, image.chain());
    snapshotter.prepare(ID, image.chain());
    assertThat(mounts.mounts()).filteredOn(mount -> mount.target().equals(root)).hasSize(1);
    assertThat(root.resolve("f")).exists();
  }

  @Test
  void removalUnmountsWhatIsInUseAndDeletesIt() throws Exception {
    Path root = mounted(new TarBytes().file("f", "image"));
    Path deep = root;
    for (int i = 0; i < 100; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
    }
    try (var _ = Files.newInputStream(root.resolve("f"))) {
      snapshotter.remove(ID);
    }
    snapshotter.remove(ID);
    assertThat(temp.resolve("s/containers")).isEmptyDirectory();
    assertThat(snapshotter.stat(ID)).isEqualTo(RootStatus.ABSENT);
  }

  @Test
  void sweepingTakesAwayStrayMounts() throws Exception {
    Image image = apply(new TarBytes().file("f", "image"));
    Path root = snapshotter.prepare(ID, image.chain());
    Path stray = Files.createDirectories(temp.resolve("s/containers/tmp-x/merged"));
    mounts.mount("stray", stray, "tmpfs", 0, "size=4k");
    Files.writeString(stray.resolve("inside"), "");
    snapshotter.sweep();
    assertThat(stray).doesNotExist();
    assertThat(mounts.isMounted(root)).isTrue();
  }

  @Test
  void hundredsOfLayersAreMerged() throws Exception {
    TarBytes[] tars =
        IntStream.range(0, 300)
            .mapToObj(i -> new TarBytes().file("f" + i, "").file("last", "" + i))
            .toArray(TarBytes[]::new);
    Path root = mounted(tars);
    assertThat(root.resolve("last")).hasContent("299");
    assertThat(root.resolve("f0")).exists();
    assertThat(root.toFile().list()).hasSize(301);
  }

  @Test
  void anImageWithoutLayersIsAnEmptyWritableRoot() throws Exception {
    Path root = snapshotter.prepare(ID, List.of());
    assertThat(root).isEmptyDirectory();
    Files.writeString(root.resolve("f"), "x");
    assertThat(stat(root).permissions()).isEqualTo(0755);
  }
}
