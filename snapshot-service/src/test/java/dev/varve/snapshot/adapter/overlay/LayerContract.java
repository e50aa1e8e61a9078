package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.testing.TarBytes;
import dev.varve.snapshot.application.LowerLayersNeededException;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every form of layer must do, whatever the archive. */
abstract class LayerContract {
  @TempDir Path temp;
  LayerStore store;
  private Path canary;

  @BeforeEach
  void open() throws Exception {
    store = open(temp.resolve("layers"));
    canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("file"), "alive");
  }

  abstract LayerStore open(Path layers) throws IOException;

  final Path apply(TarBytes tar) throws IOException {
    return apply(Optional.empty(), tar, List.of());
  }

  private Path apply(Optional<ChainId> parent, TarBytes tar, List<ChainId> lower)
      throws IOException {
    byte[] archive = tar.bytes();
    Layer layer = TestLayers.layer(parent, archive);
    AppliedLayer applied =
        store.apply(layer, new ByteArrayInputStream(archive), Optional.of(lower));
    assertThat(applied.chainId()).isEqualTo(layer.chainId());
    assertThat(store.find(layer.chainId())).isPresent();
    return store.files(layer.chainId());
  }

  private void assertRefused(TarBytes tar) {
    assertThatThrownBy(() -> apply(tar)).isInstanceOf(IOException.class);
    assertThat(temp.resolve("layers")).isEmptyDirectory();
    assertThat(canary.resolve("file")).hasContent("alive");
    try (Stream<Path> inCanary = Files.list(canary)) {
      assertThat(inCanary).containsExactly(canary.resolve("file"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void laysDownFilesLinksAndDirectoriesWithModesAndTimes() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("usr/").type('5').mode(0711).mtime(1000).add();
    tar.entry("usr/bin/").type('5').mode(01777).mtime(2000).add();
    tar.entry("usr/bin/tool").mode(04755).content("#!").mtime(3000).add();
    tar.hardlink("usr/bin/same", "usr/bin/tool");
    tar.symlink("bin", "usr/bin");
    tar.file("bin/through", "a link in the layer");
    Path files = apply(tar);
    assertThat(files.resolve("usr/bin/tool")).hasContent("#!");
    assertThat(Files.getAttribute(files.resolve("usr/bin/tool"), "unix:mode")).isEqualTo(0104755);
    assertThat(Files.getAttribute(files.resolve("usr/bin/same"), "unix:ino"))
        .isEqualTo(Files.getAttribute(files.resolve("usr/bin/tool"), "unix:ino"));
    assertThat(Files.getAttribute(files.resolve("usr/bin"), "unix:mode")).isEqualTo(041777);
    assertThat(mode(files.resolve("usr"))).isEqualTo("rwx--x--x");
    assertThat(Files.getLastModifiedTime(files.resolve("usr/bin")))
        .isEqualTo(FileTime.fromMillis(2_000_000));
    assertThat(Files.getLastModifiedTime(files.resolve("usr")))
        .isEqualTo(FileTime.fromMillis(1_000_000));
    assertThat(files.resolve("usr/bin/through")).hasContent("a link in the layer");
    assertThat(mode(temp.resolve("layers"))).isEqualTo("rwx------");
    assertThat(mode(files.getParent())).isEqualTo("rwx------");
  }

  @Test
  void theRootsOwnEntryIsRemembered() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("./").type('5').mode(0711).owner(3, 4).add();
    byte[] archive = tar.bytes();
    Layer layer = TestLayers.layer(Optional.empty(), archive);
    store.apply(layer, new ByteArrayInputStream(archive), Optional.of(List.of()));
    LayerStore reopened = open(temp.resolve("layers"));
    assertThat(reopened.find(layer.chainId()).orElseThrow().root())
        .contains(new LayerRecord.RootAttributes(3, 4, 0711));
    assertThat(reopened.all()).containsExactly(layer.chainId());
  }

  @Test
  void laterEntriesReplaceEarlierOnesButDirectoriesKeepTheirContent() throws Exception {
    Path files =
        apply(
            new TarBytes()
                .directory("d/")
                .file("d/kept", "1")
                .directory("d/")
                .file("f", "old")
                .file("f", "new")
                .directory("gone/")
                .file("gone/x", "")
                .file("gone", "a file now")
                .symlink("l", "d")
                .directory("l/")
                .file("l/own", ""));
    assertThat(files.resolve("d/kept")).exists();
    assertThat(files.resolve("f")).hasContent("new");
    assertThat(files.resolve("gone")).isRegularFile();
    assertThat(Files.isDirectory(files.resolve("l"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(files.resolve("d/own")).doesNotExist();
  }

  @Test
  void absoluteAndWindingNamesStayInside() throws Exception {
    Path files =
        apply(
            new TarBytes()
                .file("/etc/passwd", "x")
                .file("a/../b", "y")
                .file("..\\c", "z")
                .symlink("out", "../../../../../../" + canary)
                .symlink("abs", canary.toString()));
    assertThat(files.resolve("etc/passwd")).hasContent("x");
    assertThat(files.resolve("b")).hasContent("y");
    assertThat(files.resolve("..\\c")).hasContent("z");
    assertThat(Files.isSymbolicLink(files.resolve("abs"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "..", "./../x", "x/../.."})
  void namesThatLeadOutRefuseTheWholeLayer(String name) {
    assertRefused(new TarBytes().file("first", "").file(name, "x"));
  }

  @Test
  void linksCannotCarryAFileOutside() {
    assertRefused(new TarBytes().symlink("a", canary.toString()).file("a/f", "x"));
    assertRefused(new TarBytes().symlink("a", "b").symlink("b", "..").file("a/../../f", "x"));
    assertRefused(
        new TarBytes()
            .directory("a/")
            .file("a/one", "")
            .file("a", "")
            .symlink("a", canary.toString())
            .file("a/two", "x"));
    assertRefused(new TarBytes().symlink("loop", "loop").file("loop/f", "x"));
    assertRefused(new TarBytes().symlink("p", "/proc/self/cwd").file("p/f", "x"));
  }

  @Test
  void upwardLinksEndAtTheRootOfTheLayer() throws Exception {
    Path files = apply(new TarBytes().symlink("a", "b").symlink("b", "..").file("a/f", "x"));
    assertThat(files.resolve("f")).hasContent("x");
  }

  @Test
  void hardLinksStayInside() {
    assertRefused(new TarBytes().hardlink("h", "../../canary/file"));
    assertRefused(new TarBytes().hardlink("h", canary.resolve("file").toString()));
    assertRefused(new TarBytes().symlink("s", canary.toString()).hardlink("h", "s/file"));
    assertRefused(new TarBytes().directory("d/").hardlink("h", "d"));
    assertRefused(new TarBytes().file(".wh.x", "").hardlink("h", ".wh.x"));
    assertRefused(new TarBytes().hardlink("h", "missing"));
    assertRefused(new TarBytes().hardlink("h", "./"));
  }

  @Test
  void aHardLinkToALinkIsTheLink() throws Exception {
    Path files = apply(new TarBytes().symlink("s", "nowhere").hardlink("h", "s"));
    assertThat(Files.readSymbolicLink(files.resolve("h"))).isEqualTo(Path.of("nowhere"));
  }

  @Test
  void aHardLinkToItselfChangesNothing() throws Exception {
    Path files = apply(new TarBytes().file("f", "x").hardlink("f", "f"));
    assertThat(files.resolve("f")).hasContent("x");
  }

  @Test
  void aHardLinkIntoALowerLayerBringsTheFileUp() throws Exception {
    TarBytes bottomTar = new TarBytes();
    bottomTar.entry("d/f").content("below").mode(0640).mtime(1234).add();
    byte[] bottom = bottomTar.bytes();
    Layer below = TestLayers.layer(Optional.empty(), bottom);
    store.apply(below, new ByteArrayInputStream(bottom), Optional.of(List.of()));
    TarBytes top = new TarBytes().hardlink("h", "d/f");
    byte[] archive = top.bytes();
    Layer layer = TestLayers.layer(Optional.of(below.chainId()), archive);
    assertThatThrownBy(
            () -> store.apply(layer, new ByteArrayInputStream(archive), Optional.empty()))
        .isInstanceOf(LowerLayersNeededException.class);
    Path files = apply(Optional.of(below.chainId()), top, List.of(below.chainId()));
    assertThat(files.resolve("h")).hasContent("below");
    assertThat(mode(files.resolve("h"))).isEqualTo("rw-r-----");
    assertThat(Files.getLastModifiedTime(files.resolve("d/f")).toMillis()).isEqualTo(1_234_000);
    assertThat(key(files.resolve("h")))
        .isEqualTo(key(files.resolve("d/f")))
        .isNotEqualTo(key(store.files(below.chainId()).resolve("d/f")));
  }

  @Test
  void anOpaqueRootIsRemembered() throws Exception {
    byte[] archive = new TarBytes().file(".wh..wh..opq", "").bytes();
    Layer layer = TestLayers.layer(Optional.empty(), archive);
    store.apply(layer, new ByteArrayInputStream(archive), Optional.of(List.of()));
    assertThat(store.find(layer.chainId()).orElseThrow().opaqueRoot()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".wh.", ".wh...", ".wh..", "a/.wh.", ".wh..wh.x", ".wh.a/b", "d/.wh..wh..opq/x"})
  void whiteoutsOfNothingAreRefused(String name) {
    assertRefused(new TarBytes().file(name, ""));
  }

  @Test
  void aWhiteoutOfATooLongNameIsRefused() {
    TarBytes tar = new TarBytes();
    tar.entry("x").pax("path", ".wh." + "n".repeat(256)).add();
    assertRefused(tar);
  }

  @Test
  void unionMetadataOfOldLayersIsLeftOut() throws Exception {
    Path files =
        apply(new TarBytes().directory(".wh..wh.plnk/").file(".wh..wh.aufs", "").file("f", ""));
    assertThat(files).isDirectoryNotContaining(path -> !path.endsWith("f"));
  }

  @Test
  void aDeviceThatLooksLikeAWhiteoutDeletesNothing() throws Exception {
    TarBytes tar = new TarBytes().file("f", "stays");
    tar.entry("f").type('3').device(0, 0).add();
    tar.entry("below").type('3').device(0, 0).add();
    Path files = apply(tar);
    assertThat(files.resolve("f")).hasContent("stays");
  }

  @Test
  void sparseFilesHaveTheirHoles() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("f")
        .content("abcde")
        .pax("GNU.sparse.map", "0,3,1000000,2")
        .pax("GNU.sparse.size", "2000000")
        .add();
    byte[] content = Files.readAllBytes(apply(tar).resolve("f"));
    assertThat(content).hasSize(2_000_000);
    assertThat(new String(content, 1_000_000, 2, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("de");
    assertThat(content[3]).isZero();
  }

  @Test
  void bytesThatAreNotTheDeclaredOnesLeaveNothing() {
    byte[] archive = new TarBytes().file("f", "x").bytes();
    byte[] other = new TarBytes().file("f", "y").bytes();
    Layer layer = TestLayers.layer(Optional.empty(), archive);
    assertThatThrownBy(
            () -> store.apply(layer, new ByteArrayInputStream(other), Optional.of(List.of())))
        .isInstanceOf(ArchiveRefusedException.class)
        .hasMessageContaining("unpacks to sha256:");
    byte[] longer = new byte[archive.length + 512];
    System.arraycopy(archive, 0, longer, 0, archive.length);
    assertThatThrownBy(
            () -> store.apply(layer, new ByteArrayInputStream(longer), Optional.of(List.of())))
        .isInstanceOf(ArchiveRefusedException.class)
        .hasMessageContaining("larger than");
    assertThat(temp.resolve("layers")).isEmptyDirectory();
  }

  @Test
  void truncatedArchivesLeaveNothing() {
    byte[] archive = new TarBytes().file("f", "x".repeat(5000)).bytes();
    Layer layer = TestLayers.layer(Optional.empty(), archive);
    assertThatThrownBy(() ->
            store.apply(layer, new ByteArrayInputStream(archive, 0, 3000), Optional.of(List.of())))
        .isInstanceOf(IOException.class);
    assertThat(temp.resolve("layers")).isEmptyDirectory();
  }

  @Test
  void anIncompleteLayerIsReplacedAndADroppedOneGoes() throws Exception {
    TarBytes tar = new TarBytes().file("f", "x");
    Path files = apply(tar);
    assertThat(files.resolve("f")).exists();
    ChainId chainId = TestLayers.layer(Optional.empty(), tar.bytes()).chainId();
    Files.delete(temp.resolve("layers").resolve(chainId.hex()).resolve(LayerRecord.NAME));
    LayerStore reopened = open(temp.resolve("layers"));
    assertThat(reopened.find(chainId)).isEmpty();
    assertThat(apply(tar).resolve("f")).hasContent("x");
    store.drop(chainId);
    store.drop(chainId);
    assertThat(temp.resolve("layers")).isEmptyDirectory();
  }

  @Test
  void sweepingRemovesWhatWasInterrupted() throws Exception {
    Files.createDirectories(temp.resolve("layers/tmp-1/fs/d"));
    Path files = apply(new TarBytes().file("f", "x"));
    store.sweep();
    assertThat(temp.resolve("layers/tmp-1")).doesNotExist();
    assertThat(files).exists();
  }

  @Test
  void deepTreesAndManyLinksAreNoTrouble() throws Exception {
    TarBytes tar = new TarBytes();
    String deep = "d/".repeat(1000);
    tar.entry("x").pax("path", deep + "f").content("bottom").add();
    for (int i = 0; i < 2000; i++) {
      tar.entry("h" + i).type('1').pax("linkpath", deep + "f").add();
    }
    Path files = apply(tar);
    assertThat(Files.getAttribute(files.resolve("h0"), "unix:nlink")).isEqualTo(2001);
    store.drop(TestLayers.layer(Optional.empty(), tar.bytes()).chainId());
    TarBytes deeper = new TarBytes();
    deeper.entry("x").pax("path", "d/".repeat(2100) + "f").add();
    assertRefused(deeper);
  }
}
