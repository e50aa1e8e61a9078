package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.application.RootFiles.Extraction;
import dev.varve.snapshot.application.RootFiles.MountedVolume;
import dev.varve.snapshot.application.RootFiles.Root;
import dev.varve.snapshot.domain.CopyPath;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of trees that lie in volumes in part, of a container that does not run. Needs root. */
@Tag("kernel")
class MountedCopyKernelTest {
  private static final String ID = TestLayers.containerId(1);
  private static final Extraction PLAIN = new Extraction(false, Optional.empty(), false);

  @TempDir Path temp;
  private final FileCalls calls = new KernelFileCalls();
  private final MountCalls mounts = new KernelMountCalls(calls);
  private OverlaySnapshotter snapshotter;
  private RootFiles files;
  private Path root;
  private Path data;

  @BeforeEach
  void prepare() throws Exception {
    temp = temp.toRealPath();
    snapshotter =
        new OverlaySnapshotter(
            temp.resolve("s"), calls, mounts, TarLimits.DEFAULT, LayerForms.DIRECTORIES);
    files = snapshotter.files();
    TarBytes image = new TarBytes();
    image.directory("d/").file("d/f", "image").directory("d/v/").file("d/v/hidden", "image");
    image.symlink("link", "d").file("file", "image");
    byte[] layer = image.bytes();
    Image made = TestLayers.image("sha256:i", layer);
    snapshotter.apply(
        made.layers().getFirst(), new ByteArrayInputStream(layer), Optional.of(List.of()));
    root = snapshotter.prepare(ID, made.chain());
    data = Files.createDirectories(temp.resolve("data"));
    Files.writeString(data.resolve("x"), "volume");
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(temp.resolve("s/copies")).isEmptyDirectory();
    assertThat(mounts.mounts())
        .noneMatch(mount -> mount.target().startsWith(temp.resolve("s/copies")));
    snapshotter.remove(ID);
    snapshotter.sweep();
    try (Directory directory = Directory.open(calls, temp)) {
      TreeRemoval.remove(directory, "s");
    }
  }

  private MountedVolume volume(String destination, boolean readOnly) {
    return new MountedVolume(destination, data, "", readOnly);
  }

  private static Root with(MountedVolume... volumes) {
    return new Root(ID, "web", Optional.empty(), List.of(volumes));
  }

  private Set<String> read(Root of, String path) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    files.read(of, CopyPath.of(path), _ -> {}, tar);
    Set<String> names = new TreeSet<>();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(tar.toByteArray()), TarLimits.DEFAULT);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      names.add(entry.name());
    }
    return names;
  }

  private void write(Root of, String path, TarBytes tar) throws IOException {
    files.write(of, CopyPath.of(path), PLAIN, new ByteArrayInputStream(tar.bytes()));
  }

  @Test
  void aTreeShowsWhatIsInItsVolumes() throws Exception {
    assertThat(read(with(volume("/d/v", false)), "/d"))
        .containsExactly("d/", "d/f", "d/v/", "d/v/x");
    assertThat(read(with(volume("/link/v", false)), "/d"))
        .containsExactly("d/", "d/f", "d/v/", "d/v/x");
    assertThat(read(with(), "/d")).containsExactly("d/", "d/f", "d/v/", "d/v/hidden");
  }

  @Test
  void anArchiveGoesIntoTheVolumesOnItsWay() throws Exception {
    TarBytes tar = new TarBytes().directory("d/").directory("d/v/").file("d/v/new", "n");
    write(with(volume("/d/v", false)), "/", tar.file("d/g", "g"));
    assertThat(data.resolve("new")).hasContent("n");
    assertThat(root.resolve("d/v/new")).doesNotExist();
    assertThat(root.resolve("d/g")).hasContent("g");
  }

  @Test
  void aReadOnlyVolumeStaysAsItIs() {
    Root readOnly = with(volume("/d/v", true));
    TarBytes into = new TarBytes().file("new", "n");
    assertThatThrownBy(() -> write(readOnly, "/d/v", into))
        .hasMessage("mounted volume is marked read-only");
    TarBytes across = new TarBytes().directory("v/").file("v/new", "n");
    assertThatThrownBy(() -> write(readOnly, "/d", across))
        .hasMessageContaining("read-only file system");
    assertThatThrownBy(() -> write(with(volume("/link/v", true)), "/d/v", into))
        .hasMessageContaining("read-only file system");
    assertThat(data.resolve("new")).doesNotExist();
  }

  @Test
  void placesThatAreMissingAreMade() throws Exception {
    Files.createDirectories(data.resolve("sub"));
    MountedVolume part = new MountedVolume("/made/here/part", data, "sub", false);
    MountedVolume outer = volume("/made/here", false);
    write(with(part, outer), "/made/here/part", new TarBytes().file("y", "y"));
    assertThat(data.resolve("sub/y")).hasContent("y");
    assertThat(root.resolve("made/here")).isEmptyDirectory();
    MountedVolume file = new MountedVolume("/new/file", data.resolve("x"), "", true);
    assertThat(read(with(file), "/new")).containsExactly("new/", "new/file");
  }

  @Test
  void mountsThatCannotBeAreSaidToBeAndLeaveNothing() {
    MountedVolume nowhere = new MountedVolume("/d/v", temp.resolve("nowhere"), "", false);
    assertThatThrownBy(() -> read(with(nowhere), "/d")).isNotNull();
    MountedVolume overAFile = volume("/file/below", false);
    assertThatThrownBy(() -> read(with(overAFile), "/d")).isNotNull();
  }

  @Test
  void whatACrashLeavesIsSweptAtTheStart() throws Exception {
    AssembledRoot left =
        AssembledRoot.open(
            calls,
            mounts,
            new StateDirectory(calls, temp.resolve("s/copies")),
            root,
            List.of(volume("/d/v", true)));
    assertThat(left.path().resolve("d/v/x")).hasContent("volume");
    snapshotter.sweep();
    assertThat(mounts.isMounted(left.path())).isFalse();
    assertThat(data.resolve("x")).hasContent("volume");
    assertThat(mounts.isMounted(root)).isTrue();
  }
}
