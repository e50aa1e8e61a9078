package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.RootContents.Kind;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container changed, found in real overlays whatever the form of layers. Needs root. */
abstract class RootContentsContract {
  private static final String ID = TestLayers.containerId(1);
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private final FileCalls calls = new KernelFileCalls();
  private final MountCalls mounts = new KernelMountCalls(calls);
  private OverlaySnapshotter snapshotter;
  private byte[][] archives;
  private List<ChainId> chain;
  private Path root;

  abstract LayerForms forms();

  @BeforeEach
  void prepare() throws Exception {
    snapshotter =
        new OverlaySnapshotter(temp.resolve("s"), calls, mounts, TarLimits.DEFAULT, forms());
    TarBytes bottom = new TarBytes();
    bottom.directory("etc/").file("etc/passwd", "root").file("etc/kept", "");
    bottom.directory("d/").file("d/a", "a").directory("d/sub/").file("d/sub/b", "b");
    bottom.directory("was/").file("was/old", "").file("was/same", "x").file("gone-below", "");
    TarBytes top = new TarBytes().file(".wh.gone-below", "").file("top", "top");
    archives = new byte[][] {bottom.bytes(), top.bytes()};
    chain = apply(archives);
    root = snapshotter.prepare(ID, chain);
  }

  private List<ChainId> apply(byte[][] tars) throws IOException {
    Image image = TestLayers.image("sha256:i", tars);
    for (int i = 0; i < tars.length; i++) {
      Layer layer = image.layers().get(i);
      if (snapshotter.layer(layer.chainId()).isEmpty()) {
        snapshotter.apply(
            layer, new ByteArrayInputStream(tars[i]), Optional.of(image.chain().subList(0, i)));
      }
    }
    return image.chain();
  }

  @AfterEach
  void unmountAll() throws Exception {
    for (String id : snapshotter.roots()) {
      snapshotter.remove(id);
    }
    snapshotter.sweep();
    assertThat(mounts.mounts())
        .noneMatch(mount -> mount.target().startsWith(temp.toAbsolutePath()));
    try (Directory directory = Directory.open(calls, temp)) {
      TreeRemoval.remove(directory, "s");
    }
  }

  private List<String> changes() throws IOException {
    List<String> lines = new ArrayList<>();
    snapshotter
        .contents()
        .changes(
            ID,
            chain,
            change ->
                lines.add(
                    switch (change.kind()) {
                          case Kind.MODIFIED -> "C ";
                          case Kind.ADDED -> "A ";
                          case Kind.DELETED -> "D ";
                        }
                        + change.path()));
    return lines;
  }

  private byte[] diff() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    snapshotter.contents().diff(ID, chain, tar);
    return tar.toByteArray();
  }

  private byte[] export() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    snapshotter.contents().export(ID, tar);
    return tar.toByteArray();
  }

  private static Map<String, TarEntry> entries(byte[] tar) throws IOException {
    Map<String, TarEntry> entries = new LinkedHashMap<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.DEFAULT);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      entries.put(entry.name(), entry);
    }
    return entries;
  }

  private void replaceDirectory() throws IOException {
    Files.delete(root.resolve("was/old"));
    Files.delete(root.resolve("was/same"));
    Files.delete(root.resolve("was"));
    Files.createDirectory(root.resolve("was"));
    Files.writeString(root.resolve("was/new"), "");
  }

  @Test
  void anUntouchedRootHasNoChangesAndAnEmptyLayer() throws Exception {
    assertThat(changes()).isEmpty();
    assertThat(diff()).isEqualTo(new byte[1024]);
  }

  @Test
  void changesAreToldWithTheirParentsInOrder() throws Exception {
    Files.writeString(root.resolve("d/a"), "b");
    Files.delete(root.resolve("d/sub/b"));
    Files.createDirectories(root.resolve("new/deep"));
    Files.move(root.resolve("etc/passwd"), root.resolve("etc/other"));
    Files.delete(root.resolve("top"));
    replaceDirectory();
    assertThat(changes())
        .containsExactly(
            "C /d",
            "C /d/a",
            "C /d/sub",
            "D /d/sub/b",
            "C /etc",
            "A /etc/other",
            "D /etc/passwd",
            "A /new",
            "A /new/deep",
            "D /top",
            "C /was",
            "A /was/new",
            "D /was/old",
            "D /was/same");
    assertThat(entries(diff()).keySet())
        .containsExactly(
            "d/",
            "d/a",
            "d/sub/",
            "d/sub/.wh.b",
            "etc/",
            "etc/other",
            "etc/.wh.passwd",
            "new/",
            "new/deep/",
            ".wh.top",
            "was/",
            "was/.wh..wh..opq",
            "was/new");
  }

  @Test
  void whatTheEngineItselfMakesIsNoChange() throws Exception {
    for (String directory : List.of("dev", "proc", "sys")) {
      Files.createDirectory(root.resolve(directory));
    }
    for (String file : List.of(".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf")) {
      Files.createFile(root.resolve(file));
    }
    Files.createSymbolicLink(root.resolve("etc/mtab"), Path.of("/proc/mounts"));
    assertThat(changes()).isEmpty();
    assertThat(diff()).isEqualTo(new byte[1024]);
    assertThat(entries(export())).containsKeys(".dockerenv", "etc/hosts", "etc/mtab", "dev/");
    Files.writeString(root.resolve(".dockerenv"), "mine");
    Files.createFile(root.resolve("proc/file"));
    assertThat(changes()).containsExactly("C /.dockerenv", "C /proc", "A /proc/file");
  }

  @Test
  void theLayerMakesTheSameRootAgain() throws Exception {
    Files.writeString(root.resolve("d/a"), "changed");
    Files.delete(root.resolve("etc/kept"));
    replaceDirectory();
    Path file = Files.writeString(root.resolve("file"), "content");
    Files.createLink(root.resolve("other-name"), file);
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 123_456_789)));
    Files.createSymbolicLink(root.resolve("link"), Path.of("/etc/shadow"));
    Files.writeString(root.resolve("n\u00e4me".repeat(40)), "");
    try (Directory directory = Directory.open(calls, root)) {
      calls.mknod(directory.fd(), "null", FileCalls.S_IFCHR | 0666, 1, 3);
      calls.mknod(directory.fd(), "pipe", FileCalls.S_IFIFO | 0600, 0, 0);
      calls.chown(directory.fd(), "file", 70_000, 3_000_000);
      calls.chmod(directory.fd(), "file", 04711);
      calls.setXattr(directory.fd(), "file", "security.capability", CAPABILITY);
      calls.setXattr(directory.fd(), "d", "trusted.mine", new byte[] {0, 1});
    }
    byte[] layer = diff();
    assertThat(diff()).isEqualTo(layer);
    Path again =
        snapshotter.prepare(
            TestLayers.containerId(2), apply(new byte[][] {archives[0], archives[1], layer}));
    assertThat(again.resolve("d/a")).hasContent("changed");
    assertThat(again.resolve("etc/kept")).doesNotExist();
    assertThat(again.resolve("was")).isDirectoryNotContaining(path -> !path.endsWith("new"));
    assertThat(Files.readSymbolicLink(again.resolve("link"))).isEqualTo(Path.of("/etc/shadow"));
    assertThat(again.resolve("n\u00e4me".repeat(40))).exists();
    try (Directory one = Directory.open(calls, root);
        Directory other = Directory.open(calls, again)) {
      for (String name : List.of("file", "other-name", "null", "pipe", "link", "d")) {
        FileStatus was = calls.stat(one.fd(), name);
        FileStatus is = calls.stat(other.fd(), name);
        assertThat(is.mode()).as(name).isEqualTo(was.mode());
        assertThat(is.uid()).as(name).isEqualTo(was.uid());
        assertThat(is.gid()).as(name).isEqualTo(was.gid());
        assertThat(is.modifiedSeconds()).as(name).isEqualTo(was.modifiedSeconds());
        assertThat(is.modifiedNanos()).as(name).isEqualTo(was.modifiedNanos());
        assertThat(is.deviceMinor()).as(name).isEqualTo(was.deviceMinor());
      }
      assertThat(calls.stat(other.fd(), "file").inode())
          .isEqualTo(calls.stat(other.fd(), "other-name").inode());
      assertThat(calls.getXattr(other.fd(), "file", "security.capability")).isEqualTo(CAPABILITY);
      assertThat(calls.getXattr(other.fd(), "d", "trusted.mine")).isEqualTo(new byte[] {0, 1});
    }
  }

  @Test
  void noLinkLeadsOutAndNoSocketOrControlAttributeGetsIn() throws Exception {
    Files.createSymbolicLink(root.resolve("outside"), Path.of("/proc"));
    Files.createDirectory(root.resolve("fresh"));
    try (Directory directory = Directory.open(calls, root)) {
      calls.mknod(directory.fd(), "socket", 0140000 | 0600, 0, 0);
    }
    for (byte[] tar : List.of(diff(), export())) {
      Map<String, TarEntry> entries = entries(tar);
      assertThat(entries).containsKeys("outside", "fresh/").doesNotContainKey("socket");
      assertThat(entries.get("outside").linkName()).isEqualTo("/proc");
      assertThat(entries.keySet()).noneMatch(name -> name.startsWith("outside/"));
      assertThat(entries.values())
          .allMatch(entry ->
              entry.xattrs().keySet().stream().noneMatch(name -> name.contains("overlay")));
    }
  }

  @Test
  void anExportIsAllThatIsThere() throws Exception {
    Files.delete(root.resolve("top"));
    replaceDirectory();
    assertThat(entries(export()).keySet())
        .containsExactly(
            "d/", "d/a", "d/sub/", "d/sub/b", "etc/", "etc/kept", "etc/passwd", "was/", "was/new");
  }

  @Test
  void aRootOfAnImageWithoutLayersCanBeRead() throws Exception {
    Path bare = snapshotter.prepare(TestLayers.containerId(3), List.of());
    Files.createFile(bare.resolve("f"));
    List<String> paths = new ArrayList<>();
    snapshotter
        .contents()
        .changes(TestLayers.containerId(3), List.of(), change -> paths.add(change.path()));
    assertThat(paths).containsExactly("/f");
  }
}
