package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.application.FileEntry;
import dev.varve.snapshot.application.FileView;
import dev.varve.snapshot.application.FileView.OpenFolder;
import dev.varve.snapshot.application.PathWalk;
import dev.varve.snapshot.application.PathWalk.Found;
import dev.varve.snapshot.application.TreeWalk;
import dev.varve.snapshot.application.ViewComparison;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Layers looked into, whatever their form; the overlay of the same layers is the judge. */
@Timeout(120)
abstract class ViewContract {
  private static final String ID = TestLayers.containerId(1);

  @TempDir Path temp;
  private final FileCalls calls = new KernelFileCalls();
  private final MountCalls mounts = new KernelMountCalls(calls);
  private OverlaySnapshotter snapshotter;

  abstract LayerForms forms();

  @BeforeEach
  void open() throws Exception {
    snapshotter =
        new OverlaySnapshotter(temp.resolve("s"), calls, mounts, TarLimits.DEFAULT, forms());
  }

  @AfterEach
  void removeAll() throws Exception {
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

  private List<ChainId> apply(TarBytes... tars) throws IOException {
    byte[][] archives = Stream.of(tars).map(TarBytes::bytes).toArray(byte[][]::new);
    Image image = TestLayers.image("sha256:i", archives);
    for (int i = 0; i < tars.length; i++) {
      Layer layer = image.layers().get(i);
      if (snapshotter.layer(layer.chainId()).isEmpty()) {
        snapshotter.apply(
            layer, new ByteArrayInputStream(archives[i]), Optional.of(image.chain().subList(0, i)));
      }
    }
    return image.chain();
  }

  private List<FileEntry> list(FileView view, String path, boolean recursive) throws Exception {
    List<FileEntry> entries = new ArrayList<>();
    TreeWalk.list(view, PathWalk.find(view, path), recursive, entries::add);
    return entries;
  }

  private static String read(FileView view, String path) throws IOException {
    Found found = PathWalk.follow(view, path);
    try (OpenFolder folder = view.open(found.parent());
        InputStream in = folder.read(found.name())) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private List<String> differences(List<ChainId> before, List<ChainId> after) throws Exception {
    List<String> found = new ArrayList<>();
    try (FileView was = snapshotter.view(before);
        FileView is = snapshotter.view(after)) {
      ViewComparison.compare(
          was, is, it -> found.add(it.kind().name().charAt(0) + " " + it.path()));
    }
    return found;
  }

  private static TarBytes bottom() {
    TarBytes tar = new TarBytes();
    tar.entry("./").type('5').mode(0711).owner(5, 6).add();
    tar.directory("etc/").file("etc/gone", "").file("etc/kept", "below").file("etc/new", "old");
    tar.directory("o/").file("o/hidden", "").directory("was/").file("was/hidden", "");
    tar.directory("usr/").directory("usr/bin/").symlink("bin", "usr/bin");
    tar.entry("usr/bin/tool").mode(04755).owner(1000, 1001).content("#!").add();
    return tar.hardlink("usr/bin/same", "usr/bin/tool").file("filedir", "a file");
  }

  private static TarBytes top() {
    TarBytes tar = new TarBytes();
    tar.file("etc/.wh.gone", "").directory("o/").file("o/.wh..wh..opq", "").file("o/new", "");
    tar.file(".wh.was", "").directory("was/").file("was/new", "").file("etc/new", "newer");
    return tar.directory("filedir/").file("filedir/f", "");
  }

  @Test
  void whatIsSeenIsWhatTheOverlayShows() throws Exception {
    List<ChainId> chain = apply(bottom(), top(), new TarBytes().directory("etc/").file("z", "3"));
    Path root = snapshotter.prepare(ID, chain);
    List<String> seen = new ArrayList<>();
    try (FileView view = snapshotter.view(chain)) {
      for (FileEntry entry : list(view, "/", true)) {
        Path path = root.resolve(entry.path().substring(1));
        seen.add(entry.path());
        assertThat(entry.mode())
            .as(entry.path())
            .isEqualTo(Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS));
        assertThat(entry.uid())
            .isEqualTo(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        if (entry.isRegular()) {
          assertThat(path).hasContent(read(view, entry.path()));
          assertThat(entry.size()).isEqualTo(Files.size(path));
          assertThat(entry.modifiedSeconds())
              .isEqualTo(Files.getLastModifiedTime(path).toMillis() / 1000);
        }
      }
      assertThat(view.rootEntry().mode() & 07777).isEqualTo(0711);
      assertThat(view.rootEntry().gid()).isEqualTo(6);
      assertThat(PathWalk.find(view, "/usr/bin/tool").entry().links()).isEqualTo(2);
    }
    try (Stream<Path> shown = Files.walk(root)) {
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(
              shown.skip(1).map(path -> "/" + root.relativize(path)).toList());
    }
  }

  @Test
  void theTopmostLayerWithAnEntryBroughtIt() throws Exception {
    List<ChainId> chain = apply(bottom(), top(), new TarBytes().directory("etc/").file("z", "3"));
    try (FileView view = snapshotter.view(chain)) {
      assertThat(PathWalk.find(view, "/etc/kept").entry().layer()).isEqualTo(chain.get(0));
      assertThat(PathWalk.find(view, "/etc/new").entry().layer()).isEqualTo(chain.get(1));
      assertThat(PathWalk.find(view, "/etc").entry().layer()).isEqualTo(chain.get(2));
      assertThat(PathWalk.find(view, "/o").entry().layer()).isEqualTo(chain.get(1));
      assertThat(PathWalk.find(view, "/usr").entry().layer()).isEqualTo(chain.get(0));
      assertThat(PathWalk.find(view, "/z").entry().layer()).isEqualTo(chain.get(2));
      assertThat(PathWalk.find(view, "/").entry().layer()).isEqualTo(chain.get(0));
    }
  }

  @Test
  void anOpaqueRootHidesAllBelow() throws Exception {
    List<ChainId> chain = apply(bottom(), new TarBytes().file(".wh..wh..opq", "").file("f", ""));
    try (FileView view = snapshotter.view(chain)) {
      assertThat(list(view, "/", true)).extracting(FileEntry::path).containsExactly("/f");
    }
  }

  @Test
  void anImageWithoutLayersIsAnEmptyDirectory() throws Exception {
    try (FileView view = snapshotter.view(List.of())) {
      assertThat(list(view, "/", true)).isEmpty();
      assertThat(view.rootEntry().isDirectory()).isTrue();
    }
  }

  @Test
  void linksAreFollowedInsideTheImageOnly() throws Exception {
    TarBytes tar = new TarBytes().directory("etc/").file("etc/passwd", "the image's");
    tar.directory("a/").directory("a/b/").symlink("a/b/up", "../../../../../etc/passwd");
    tar.symlink("absolute", "/etc/passwd").symlink("etclink", "/etc").symlink("dots", "../..");
    tar.symlink("rel", "a/./b/../b/up").symlink("dangling", "/nowhere");
    tar.symlink("proc", "/proc/self/root/etc/passwd").symlink("slash", "etc/");
    List<ChainId> chain = apply(tar);
    try (FileView view = snapshotter.view(chain)) {
      for (String path :
          List.of(
              "/etc/passwd",
              "etc/passwd",
              "../../etc/passwd",
              "/a/b/up",
              "/absolute",
              "/etclink/passwd",
              "/dots/dots/../etc/passwd",
              "/rel",
              "/slash/passwd")) {
        assertThat(read(view, path)).as(path).isEqualTo("the image's");
      }
      assertThat(PathWalk.find(view, "/etclink").entry().target()).isEqualTo("/etc");
      assertThat(list(view, "/etclink", false)).extracting(FileEntry::path).contains("/etclink");
      assertThat(list(view, "/etclink/", false))
          .extracting(FileEntry::path)
          .containsExactly("/etc/passwd");
      for (String path : List.of("/dangling", "/proc", "/etc/hosts", "/etc/passwd/", "/a/x")) {
        assertThatThrownBy(() -> PathWalk.follow(view, path))
            .as(path)
            .isInstanceOf(ProblemException.class)
            .hasMessageContaining("in the image: " + path);
      }
    }
  }

  @Test
  void loopsEnd() throws Exception {
    List<ChainId> chain =
        apply(new TarBytes().symlink("loop", "loop").symlink("x", "y").symlink("y", "x/z"));
    try (FileView view = snapshotter.view(chain)) {
      assertThat(list(view, "/", true)).hasSize(3);
      assertThat(PathWalk.find(view, "/loop").entry().isSymlink()).isTrue();
      assertThatThrownBy(() -> PathWalk.follow(view, "/loop")).hasMessageContaining("too many");
      assertThatThrownBy(() -> PathWalk.find(view, "/x/")).hasMessageContaining("too many");
      assertThatThrownBy(() -> PathWalk.find(view, "/" + "n".repeat(300)))
          .hasMessageContaining("no such file");
      assertThatThrownBy(() -> PathWalk.find(view, "/" + "n".repeat(5000)))
          .hasMessageContaining("not a usable path");
    }
  }

  @Test
  void pipesAndDevicesAreShownAndNeverOpened() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("pipe").type('6').mode(0600).add();
    tar.entry("disk").type('4').mode(0660).device(8, 1).add();
    tar.entry("zero").type('3').mode(0666).device(1, 5).add();
    try (FileView view = snapshotter.view(apply(tar))) {
      FileEntry disk = PathWalk.find(view, "/disk").entry();
      assertThat(disk.deviceMajor()).isEqualTo(8);
      assertThat(disk.deviceMinor()).isEqualTo(1);
      assertThat(disk.mode()).isEqualTo(FileCalls.S_IFBLK | 0660);
      for (String path : List.of("/pipe", "/disk", "/zero")) {
        assertThatThrownBy(() -> read(view, path)).hasMessage("not a regular file");
      }
    }
  }

  @Test
  void namesAreBytes() throws Exception {
    TarBytes tar = new TarBytes().file("new\nline", "1");
    tar.entry("x").pax("path", new byte[] {(byte) 0xff, 'a', (byte) 0xe4}).content("2").add();
    try (FileView view = snapshotter.view(apply(tar))) {
      assertThat(list(view, "/", false))
          .extracting(FileEntry::path)
          .containsExactly("/new\nline", "/\u00ffa\u00e4");
      assertThat(read(view, "/\u00ffa\u00e4")).isEqualTo("2");
    }
  }

  @Test
  void pathsLongerThanTheKernelTakesAreFollowed() throws Exception {
    String half = ("d".repeat(200) + "/").repeat(15);
    TarBytes tar = new TarBytes();
    tar.entry("x").pax("path", half + "f").content("x").add();
    tar.entry("x").type('2').pax("path", "l").pax("linkpath", half).add();
    tar.entry("x").pax("path", "l/" + half + "deep").content("deep").add();
    try (FileView view = snapshotter.view(apply(tar))) {
      List<FileEntry> all = list(view, "/", true);
      FileEntry deep = all.getLast();
      assertThat(deep.path()).hasSizeGreaterThan(4096).endsWith("/deep");
      assertThat(read(view, "/l/" + half + "deep")).isEqualTo("deep");
    }
  }

  @Test
  void comparedAreKindOwnerModeTargetContentAndAttributes() throws Exception {
    byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    TarBytes old = new TarBytes();
    old.directory("d/").directory("d/same/").file("d/same/f", "1").directory("d/e/");
    old.file("d/e/content", "aa").file("d/e/deleted", "").symlink("link", "a");
    old.entry("cap").mode(0755).add();
    old.file("mode", "").file("owner", "").file("kind", "").directory("tree/").file("tree/f", "");
    old.directory("dirmode/").file("dirmode/f", "");
    old.entry("touched").mtime(1).content("same").add();
    TarBytes now = new TarBytes();
    now.directory("d/").directory("d/same/").file("d/same/f", "1").directory("d/e/");
    now.file("d/e/content", "ab").directory("d/e/added/").file("d/e/added/f", "");
    now.symlink("link", "b");
    now.entry("cap").mode(0755).pax("SCHILY.xattr.security.capability", capability).add();
    now.entry("mode").mode(0600).add();
    now.entry("owner").owner(1, 0).add();
    now.directory("kind/").file("kind/f", "").entry("dirmode/").type('5').mode(0700).add();
    now.file("dirmode/f", "").entry("touched").mtime(2).content("same").add();
    assertThat(differences(apply(old), apply(now)))
        .containsExactlyInAnyOrder(
            "M /cap",
            "M /d",
            "M /d/e",
            "A /d/e/added",
            "A /d/e/added/f",
            "M /d/e/content",
            "D /d/e/deleted",
            "M /dirmode",
            "M /kind",
            "A /kind/f",
            "M /link",
            "M /mode",
            "M /owner",
            "D /tree");
    assertThat(differences(apply(old), apply(old))).isEmpty();
  }

  @Test
  void directoriesComeBeforeWhatDiffersInThem() throws Exception {
    TarBytes old = new TarBytes().directory("a/").directory("a/b/").directory("a/b/c/");
    TarBytes now = new TarBytes().directory("a/").directory("a/b/").directory("a/b/c/");
    assertThat(differences(apply(old), apply(now.file("a/b/c/f", ""))))
        .containsExactly("M /a", "M /a/b", "M /a/b/c", "A /a/b/c/f");
  }

  @Test
  void sharedLayersAreNotRead() throws Exception {
    TarBytes shared = bottom();
    List<ChainId> before = apply(shared);
    List<ChainId> after = apply(shared, new TarBytes().file("etc/.wh.gone", "").file("n", ""));
    assertThat(differences(before, after)).containsExactly("A /n", "M /etc", "D /etc/gone");
    List<String> opened = new ArrayList<>();
    try (FileView was = counting(snapshotter.view(before), opened);
        FileView is = snapshotter.view(after)) {
      ViewComparison.compare(was, is, difference -> true);
    }
    assertThat(opened).containsExactly("/", "/etc");
  }

  private static FileView counting(FileView view, List<String> opened) {
    return new FileView() {
      @Override
      public Folder root() {
        return view.root();
      }

      @Override
      public FileEntry rootEntry() throws IOException {
        return view.rootEntry();
      }

      @Override
      public OpenFolder open(Folder folder) throws IOException {
        opened.add(folder.path());
        return view.open(folder);
      }

      @Override
      public void close() {
        view.close();
      }
    };
  }

  @Test
  void aViewOutlivesTheUnmountingOfIdleLayers() throws Exception {
    List<ChainId> chain = apply(bottom());
    try (FileView view = snapshotter.view(chain)) {
      snapshotter.sweep();
      assertThat(read(view, "/usr/bin/tool")).isEqualTo("#!");
    }
  }
}
