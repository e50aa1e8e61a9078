package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.VolumeFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real owners, links, attributes and mounts. Needs root. */
@Tag("kernel")
final class VolumeStoreKernelTest {
  private static final String NAME = "vol";
  private static final String ID = "a".repeat(64);

  @TempDir Path temp;
  private final FileCalls calls = new KernelFileCalls();
  private final MountCalls mounts = new KernelMountCalls(calls);
  private VolumeStore store;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    store = reopened();
    root = Files.createDirectories(temp.resolve("root"));
  }

  private VolumeStore reopened() throws IOException {
    return new VolumeStore(
        temp.resolve("volumes"), temp.resolve("kept"), calls, mounts, TarLimits.DEFAULT);
  }

  @AfterEach
  void unmount() throws IOException {
    store.remove(NAME);
    assertThat(mounts.mounts()).noneMatch(mount -> mount.target().startsWith(temp));
  }

  private Path data() {
    return store.data(NAME);
  }

  private Path file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Object unix(Path path, String attribute) throws IOException {
    return Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void anEmptyVolumeTakesOverWhatTheImageHas() throws IOException {
    Path one = file("d/sub/one", "1");
    Files.setAttribute(one, "unix:uid", 33);
    Files.setAttribute(one, "unix:gid", 44);
    Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxr-x---"));
    Files.setAttribute(one, "user:note", "kept".getBytes(StandardCharsets.UTF_8));
    Files.createLink(root.resolve("d/two"), one);
    Files.createSymbolicLink(root.resolve("d/link"), Path.of("/etc/passwd"));
    calls.mknod(
        FileCalls.AT_FDCWD, root.resolve("d/pipe").toString(), FileCalls.S_IFIFO | 0640, 0, 0);
    Path top = root.resolve("d");
    Files.setAttribute(top, "unix:uid", 7);
    Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwx--x---"));
    Files.setLastModifiedTime(top, FileTime.fromMillis(1_000_000_000_000L));

    store.make(NAME);
    store.populate(NAME, root, "/d");

    assertThat(data().resolve("sub/one")).hasContent("1");
    assertThat(unix(data().resolve("sub/one"), "uid")).isEqualTo(33);
    assertThat(unix(data().resolve("sub/one"), "gid")).isEqualTo(44);
    assertThat(unix(data().resolve("sub/one"), "mode")).isEqualTo(unix(one, "mode"));
    assertThat((byte[]) Files.getAttribute(data().resolve("sub/one"), "user:note"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("kept");
    assertThat(unix(data().resolve("two"), "ino"))
        .isEqualTo(unix(data().resolve("sub/one"), "ino"));
    assertThat(Files.readSymbolicLink(data().resolve("link"))).hasToString("/etc/passwd");
    assertThat(unix(data().resolve("pipe"), "mode")).isEqualTo(FileCalls.S_IFIFO | 0640);
    assertThat(unix(data(), "uid")).isEqualTo(7);
    assertThat(unix(data(), "mode")).isEqualTo(FileCalls.S_IFDIR | 0710);
    assertThat(Files.getLastModifiedTime(data()).toMillis()).isEqualTo(1_000_000_000_000L);
    assertThat(data().getParent()).isDirectoryNotContaining(path -> !path.endsWith("_data"));
  }

  @Test
  void aVolumeThatHoldsSomethingKeepsIt() throws IOException {
    file("d/one", "1");
    store.make(NAME);
    Files.writeString(data().resolve("mine"), "mine");
    store.populate(NAME, root, "/d");
    assertThat(data())
        .isDirectoryContaining("glob:**/mine")
        .isDirectoryNotContaining("glob:**/one");
  }

  @Test
  void linksOnTheWayStayInsideTheRoot() throws IOException {
    Path secret = Files.createDirectories(temp.resolve("host"));
    Files.writeString(secret.resolve("canary"), "secret");
    Files.createSymbolicLink(root.resolve("d"), secret);
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../.." + secret));
    store.make(NAME);
    store.populate(NAME, root, "/d");
    store.populate(NAME, root, "/up");
    store.populate(NAME, root, "/../../../../.." + secret);
    assertThat(data()).isEmptyDirectory();
  }

  @Test
  void aFileInThePlaceOfAVolumeIsRefused() throws IOException {
    file("d", "1");
    store.make(NAME);
    assertThatThrownBy(() -> store.populate(NAME, root, "/d"))
        .hasMessage("cannot mount volume over existing file, file exists /d");
  }

  @Test
  void whatWasLaidDownBeforeACrashArrivesAfterIt() throws IOException {
    store.make(NAME);
    Path volume = data().getParent();
    Files.writeString(data().resolve("old"), "old");
    Path incoming = Files.createDirectories(volume.resolve("incoming"));
    Files.writeString(incoming.resolve("new"), "new");
    assertThat(store.isExchanging(NAME)).isTrue();
    Object inode = unix(data(), "ino");

    store = reopened();
    store.make(NAME);
    assertThat(data().resolve("new")).hasContent("new");
    assertThat(data()).isDirectoryNotContaining("glob:**/old");
    assertThat(unix(data(), "ino")).isEqualTo(inode);
    assertThat(store.isExchanging(NAME)).isTrue();
    store.finish(NAME);
    assertThat(volume).isDirectoryNotContaining(path -> !path.endsWith("_data"));
  }

  @Test
  void whatArrivedHalfArrivesAsAWhole() throws IOException {
    store.make(NAME);
    Path volume = data().getParent();
    Files.writeString(data().resolve("one"), "1");
    Path arriving = Files.createDirectories(volume.resolve("arriving"));
    Files.writeString(arriving.resolve("two"), "2");
    store.make(NAME);
    assertThat(data().resolve("one")).hasContent("1");
    assertThat(data().resolve("two")).hasContent("2");
    assertThat(arriving).doesNotExist();
  }

  @Test
  void whatWasNotWholeIsSwept() throws IOException {
    store.make(NAME);
    Path half = Files.createDirectories(data().getParent().resolve("tmp-half"));
    Files.writeString(half.resolve("x"), "x");
    store.sweep();
    assertThat(half).doesNotExist();
    assertThat(data()).isEmptyDirectory();
  }

  @Test
  void tmpfsWithItsOptions() throws IOException {
    store.make(NAME);
    store.mount(NAME, Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=64k,uid=9,nosuid"));
    store.mount(NAME, Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=64k,uid=9,nosuid"));
    assertThat(mounts.isMounted(data())).isTrue();
    assertThat(unix(data(), "uid")).isEqualTo(9);
    assertThat(mounts.mounts())
        .filteredOn(mount -> mount.target().equals(data()))
        .singleElement()
        .satisfies(mount -> {
          assertThat(mount.options()).contains("nosuid");
          assertThat(mount.superOptions()).contains("size=64k");
        });
    file("d/one", "1");
    store.populate(NAME, root, "/d");
    assertThat(data().resolve("one")).hasContent("1");
    store.unmount(NAME);
    assertThat(data()).isEmptyDirectory();
  }

  @Test
  void aBoundDirectoryForReadingOnly() throws IOException {
    file("d/one", "1");
    store.make(NAME);
    store.mount(
        NAME, Map.of("type", "none", "device", root.resolve("d").toString(), "o", "bind,ro"));
    assertThat(data().resolve("one")).hasContent("1");
    assertThatThrownBy(() -> Files.writeString(data().resolve("two"), "2"))
        .hasMessageContaining("Read-only");
  }

  @Test
  void aMountThatFailsSaysSo() throws IOException {
    store.make(NAME);
    assertThatThrownBy(
            () -> store.mount(NAME, Map.of("type", "none", "device", "/nonexist", "o", "bind")))
        .hasMessage(
            "error while mounting volume '"
                + data()
                + "': failed to mount local volume: mount /nonexist:"
                + data()
                + ", flags: 0x1000: no such file or directory");
  }

  @Test
  void aSnapshotComesBackAsItWas() throws IOException {
    store.make(NAME);
    Files.writeString(data().resolve("one"), "1");
    Files.writeString(data().resolve(".wh.two"), "no whiteout");
    Files.setAttribute(data(), "unix:uid", 5);
    VolumeFiles.Kept kept = store.keep(ID, NAME);
    assertThat(kept.digest()).startsWith("sha256:");
    assertThat(store.kept()).containsExactly(ID);

    Files.writeString(data().resolve("one"), "changed");
    Files.writeString(data().resolve("three"), "3");
    Files.setAttribute(data(), "unix:uid", 0);
    try (var in = store.read(ID)) {
      store.fill(NAME, in);
    }
    store.finish(NAME);
    assertThat(data().resolve("one")).hasContent("1");
    assertThat(data().resolve(".wh.two")).hasContent("no whiteout");
    assertThat(data().resolve("three")).doesNotExist();
    assertThat(unix(data(), "uid")).isEqualTo(5);
    store.drop(ID);
    assertThat(store.kept()).isEmpty();
  }

  @Test
  void anArchiveThatLeadsOutsideIsRefusedAndChangesNothing() throws IOException {
    store.make(NAME);
    Files.writeString(data().resolve("one"), "1");
    byte[] bad = new TarBytes().file("../../../escaped", "x").bytes();
    assertThatThrownBy(() -> store.fill(NAME, new ByteArrayInputStream(bad)))
        .isInstanceOf(IOException.class);
    assertThat(data().resolve("one")).hasContent("1");
    assertThat(temp.resolve("escaped")).doesNotExist();
    assertThat(data().getParent()).isDirectoryNotContaining(path -> !path.endsWith("_data"));
  }

  @Test
  void anExportIsATarOfAllThereIs() throws IOException {
    store.make(NAME);
    Files.writeString(data().resolve("one"), "1");
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    store.export(NAME, tar);
    VolumeStore other =
        new VolumeStore(
            temp.resolve("others"), temp.resolve("kept"), calls, mounts, TarLimits.DEFAULT);
    other.make(NAME);
    other.fill(NAME, new ByteArrayInputStream(tar.toByteArray()));
    assertThat(other.data(NAME).resolve("one")).hasContent("1");
  }
}
