package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.archive.testing.TarBytes;
import dev.varve.eventlog.ProblemException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.files.TreeRemoval;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.application.RootFiles.Extraction;
import dev.varve.snapshot.application.RootFiles.Root;
import dev.varve.snapshot.application.RootFiles.Status;
import dev.varve.snapshot.domain.CopyPath;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies out of and into the root of a container that is hostile. Needs root. */
@Tag("kernel")
class RootFilesKernelTest {
  private static final String ID = TestLayers.containerId(1);
  private static final Root ROOT = new Root(ID, "web", Optional.empty());
  private static final Extraction PLAIN = new Extraction(false, Optional.empty(), false);
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private final FileCalls calls = new KernelFileCalls();
  private OverlaySnapshotter snapshotter;
  private RootFiles files;
  private Path root;
  private Path canary;

  @BeforeEach
  void prepare() throws Exception {
    snapshotter =
        new OverlaySnapshotter(
            temp.resolve("s"),
            calls,
            new KernelMountCalls(calls),
            TarLimits.DEFAULT,
            LayerForms.DIRECTORIES);
    files = snapshotter.files();
    canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("f"), "alive");
    TarBytes image = new TarBytes();
    image.directory("etc/").file("etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:33:34::/:\n");
    image.file("etc/group", "root:x:0:\nstaff:x:50:\n");
    image.directory("d/").file("d/f", "hello\n").directory("d/sub/").file("d/sub/x", "");
    image.symlink("lf", "/d/f").symlink("ld", "d").symlink("up", "../../../etc");
    image.symlink("chain", "lf").symlink("broken", "/missing/x").symlink("loop", "loop");
    image.symlink("out", canary.toString());
    byte[] layer = image.bytes();
    Image made = TestLayers.image("sha256:i", layer);
    snapshotter.apply(
        made.layers().getFirst(), new ByteArrayInputStream(layer), Optional.of(List.of()));
    root = snapshotter.prepare(ID, made.chain());
  }

  @AfterEach
  void theCanaryLivesAndNothingIsLeft() throws Exception {
    try (Stream<Path> children = Files.list(canary)) {
      assertThat(children).containsExactly(canary.resolve("f"));
    }
    assertThat(canary.resolve("f")).hasContent("alive");
    snapshotter.remove(ID);
    snapshotter.sweep();
    try (Directory directory = Directory.open(calls, temp)) {
      TreeRemoval.remove(directory, "s");
    }
  }

  private void write(String path, byte[] tar) throws IOException {
    write(path, PLAIN, tar);
  }

  private void write(String path, Extraction how, byte[] tar) throws IOException {
    files.write(ROOT, CopyPath.of(path), how, new ByteArrayInputStream(tar));
  }

  private Map<String, TarEntry> read(String path) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    files.read(ROOT, CopyPath.of(path), _ -> {}, tar);
    Map<String, TarEntry> entries = new LinkedHashMap<>();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(tar.toByteArray()), TarLimits.DEFAULT);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      entries.put(entry.name(), entry);
    }
    return entries;
  }

  private FileStatus stat(String path) throws IOException {
    try (Directory at = Directory.open(calls, root)) {
      return calls.stat(at.fd(), path);
    }
  }

  /** As dockerd answers. */
  @ParameterizedTest
  @CsvSource({
    "/d/f, f, '', f",
    "/lf, lf, /d/f, lf",
    "/chain, chain, /d/f, chain",
    "/up, up, /etc, up",
    "/broken, broken, /missing/x, broken",
    "/ld, ld, /d, ld",
    "/ld/, ld, '', ld/ ld/f ld/sub/ ld/sub/x",
    "/d, d, '', d/ d/f d/sub/ d/sub/x",
    "/d/., ., '', ./ ./f ./sub/ ./sub/x",
    "/ld/sub, sub, '', sub/ sub/x",
    "/up/passwd, passwd, '', passwd",
  })
  void whatIsCopiedOutHasItsOwnName(String path, String name, String link, String entries)
      throws Exception {
    Status status = files.stat(ROOT, CopyPath.of(path));
    assertThat(status.name()).isEqualTo(name);
    assertThat(status.linkTarget()).isEqualTo(link);
    assertThat(read(path).keySet()).containsExactly(entries.split(" "));
  }

  @Test
  void theRootIsCalledSlash() throws Exception {
    assertThat(files.stat(ROOT, CopyPath.of("/")).name()).isEqualTo("/");
    assertThat(read("/").keySet()).contains("/", "/d/", "/d/f", "/out").doesNotContain("/out/f");
    assertThat(read(".").keySet()).contains("./", "./d/f");
  }

  @ParameterizedTest
  @CsvSource({
    "/nope, Could not find the file /nope in container web",
    "/d/nope/, Could not find the file /d/nope/ in container web",
    "/d/f/, 'lstat /d/f/: not a directory'",
    "/d/f/x, 'lstat /d/f/x: not a directory'",
    "/lf/, 'lstat /lf/: not a directory'",
    "/loop, 'lstat /loop: too many levels of symbolic links'",
    "/loop/, 'lstat /loop/: too many levels of symbolic links'",
  })
  void pathsThatNameNothing(String path, String message) {
    assertThatThrownBy(() -> files.stat(ROOT, CopyPath.of(path)))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> read(path)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "/d/f, extraction point is not a directory",
    "/d/f/, extraction point is not a directory",
    "/lf, extraction point is not a directory",
    "/nope, Could not find the file /nope in container web",
    "/broken, Could not find the file /broken in container web",
  })
  void archivesGoIntoDirectories(String path, String message) {
    assertThatThrownBy(() -> write(path, new TarBytes().file("n", "").bytes())).hasMessage(message);
  }

  @Test
  void anArchiveBecomesWhatItSays() throws Exception {
    String longName = "n".repeat(250);
    TarBytes tar = new TarBytes();
    tar.entry("su")
        .owner(70_000, 3)
        .pax("gid", "3000000")
        .mode(04711)
        .content("x")
        .mtime(1_700_000_000L)
        .add();
    tar.entry("cap").pax("SCHILY.xattr.security.capability", CAPABILITY).content("c").add();
    tar.entry("over").pax("SCHILY.xattr.trusted.overlay.opaque", "y").content("").add();
    tar.entry("dir/").type('5').mode(01777).owner(7, 8).mtime(1_600_000_001L).add();
    tar.file("dir/inner", "i").file("made/on/the/way", "w");
    tar.entry("x").pax("path", longName).content("l").add();
    tar.hardlink("dir/same", "su").symlink("link", "../../../../etc/passwd");
    tar.entry("null").type('3').device(1, 3).mode(0666).add();
    tar.entry("pipe").type('6').mode(0622).add();
    tar.file(".wh.passwd", "kept").file(".wh..wh..opq", "");
    tar.entry("sub").content("replaces a directory").add();
    write("/ld", tar.bytes());
    assertThat(stat("d/su").permissions()).isEqualTo(04711);
    assertThat(stat("d/su").uid()).isEqualTo(70_000);
    assertThat(stat("d/su").gid()).isEqualTo(3_000_000);
    assertThat(stat("d/su").modifiedSeconds()).isEqualTo(1_700_000_000L);
    assertThat(stat("d/dir/same").inode()).isEqualTo(stat("d/su").inode());
    assertThat(stat("d/dir").permissions()).isEqualTo(01777);
    assertThat(stat("d/dir").uid()).isEqualTo(7);
    assertThat(stat("d/dir").modifiedSeconds()).isEqualTo(1_600_000_001L);
    assertThat(stat("d/made/on").permissions()).isEqualTo(0755);
    assertThat(root.resolve("d/made/on/the/way")).hasContent("w");
    assertThat(root.resolve("d/" + longName)).hasContent("l");
    assertThat(Files.readSymbolicLink(root.resolve("d/link")))
        .isEqualTo(Path.of("../../../../etc/passwd"));
    assertThat(stat("d/null").permissions()).isEqualTo(0666);
    assertThat(stat("d/null").deviceMinor()).isEqualTo(3);
    assertThat(stat("d/pipe").mode()).isEqualTo(FileCalls.S_IFIFO | 0622);
    assertThat(root.resolve("d/.wh.passwd")).hasContent("kept");
    assertThat(root.resolve("d/sub")).hasContent("replaces a directory");
    assertThat(root.resolve("d/f")).hasContent("hello\n");
    try (Directory at = Directory.open(calls, root.resolve("d"))) {
      assertThat(calls.getXattr(at.fd(), "cap", "security.capability")).isEqualTo(CAPABILITY);
      assertThat(calls.listXattr(at.fd(), "over")).noneMatch(name -> name.contains("overlay"));
    }
  }

  @Test
  void whatIsThereIsReplacedOrMerged() throws Exception {
    write("/", new TarBytes().file("d/f", "new").file("lf", "no link any more").bytes());
    assertThat(root.resolve("d/f")).hasContent("new");
    assertThat(root.resolve("lf")).hasContent("no link any more");
    assertThat(root.resolve("d/sub/x")).exists();
    Extraction keep = new Extraction(true, Optional.empty(), false);
    assertThatThrownBy(() -> write("/d", keep, new TarBytes().file("sub", "").bytes()))
        .hasMessage("cannot overwrite directory \"/d/sub\" with non-directory \"/d\"");
    assertThatThrownBy(() -> write("/d", keep, new TarBytes().directory("f/").bytes()))
        .hasMessage("cannot overwrite non-directory \"/d/f\" with directory \"/d\"");
    assertThat(root.resolve("d/sub/x")).exists();
  }

  @Test
  void linksLeadNowhereElse() throws Exception {
    TarBytes tar = new TarBytes();
    tar.symlink("a", canary.toString()).file("a/f", "inside").symlink("b", "..");
    tar.file("b/b/b/b/up", "still inside").file("/absolute", "relative");
    Files.createDirectories(root.resolve(canary.toString().substring(1)));
    write("/d", tar.bytes());
    write("/out", new TarBytes().file("g", "inside too").bytes());
    write("/", new TarBytes().file("../../above", "the root is above itself").bytes());
    assertThat(root.resolve("above")).hasContent("the root is above itself");
    Path inside = root.resolve(canary.toString().substring(1));
    assertThat(inside.resolve("f")).hasContent("inside");
    assertThat(inside.resolve("g")).hasContent("inside too");
    assertThat(root.resolve("up")).isSymbolicLink();
    assertThat(root.resolve("d/absolute")).hasContent("relative");
    assertThat(read("/out/").keySet()).containsExactly("out/", "out/f", "out/g");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../esc|0||\"../esc\" is outside of \"/d\"",
        "a/../../x|0||\"a/../../x\" is outside of \"/d\"",
        "hl|1|nope|link /d/nope /d/hl: no such file or directory",
        "hl|1|../../etc/passwd|invalid hardlink \"/d/hl\" -> \"../../etc/passwd\"",
        "f/y|0||not a directory",
        "wh|3||/d/wh: operation not permitted",
      })
  void hostileEntries(String name, char type, String link, String message) {
    byte[] tar = new TarBytes().entry(name).type(type).link(link == null ? "" : link).add().bytes();
    assertThatThrownBy(() -> write("/d", tar)).hasMessageContaining(message);
    assertThat(root.resolve("esc")).doesNotExist();
    assertThat(root.resolve("x")).doesNotExist();
  }

  private interface Packing {
    OutputStream pack(OutputStream out) throws IOException;
  }

  private static byte[] packed(byte[] tar, Packing packing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packer = packing.pack(out)) {
      packer.write(tar);
    }
    return out.toByteArray();
  }

  @Test
  void compressedArchives() throws Exception {
    byte[] tar = new TarBytes().file("n", "unpacked").bytes();
    List<byte[]> bodies =
        List.of(
            packed(tar, GZIPOutputStream::new),
            packed(tar, BZip2CompressorOutputStream::new),
            packed(tar, XZCompressorOutputStream::new),
            Zstd.compress(tar));
    for (byte[] body : bodies) {
      write("/d", body);
      assertThat(root.resolve("d/n")).hasContent("unpacked");
      Files.delete(root.resolve("d/n"));
    }
    write("/d", new byte[0]);
    assertThatThrownBy(() -> write("/d", "garbage".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("unexpected EOF");
  }

  @Test
  void whatIsCutOffLeavesNoPart() throws Exception {
    byte[] tar = new TarBytes().file("whole", "w").file("part", "p".repeat(5000)).bytes();
    assertThatThrownBy(() -> write("/d", Arrays.copyOf(tar, 3000))).hasMessage("unexpected EOF");
    assertThat(root.resolve("d/whole")).hasContent("w");
    assertThat(root.resolve("d/part")).doesNotExist();
    try (Stream<Path> names = Files.list(root.resolve("d"))) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("f", "sub", "whole");
    }
  }

  @ParameterizedTest
  @CsvSource({"web, 33, 34", "33, 33, 34", "web:staff, 33, 50", "5:6, 5, 6", "7, 7, 0"})
  void ownersAreTheContainersOwn(String user, int uid, int gid) throws Exception {
    Extraction how = new Extraction(false, Optional.of(user), false);
    write("/", how, new TarBytes().entry("mine").owner(1, 2).content("").add().bytes());
    assertThat(stat("mine").uid()).isEqualTo(uid);
    assertThat(stat("mine").gid()).isEqualTo(gid);
  }

  @Test
  void unknownOwnersAndTraps() throws Exception {
    Extraction how = new Extraction(false, Optional.of("nobody"), false);
    byte[] tar = new TarBytes().file("mine", "").bytes();
    assertThatThrownBy(() -> write("/", how, tar)).hasMessage("no matching entries in passwd file");
    Files.delete(root.resolve("etc/passwd"));
    Files.createSymbolicLink(root.resolve("etc/passwd"), canary.resolve("f"));
    assertThatThrownBy(() -> write("/", how, tar)).hasMessage("no matching entries in passwd file");
    Files.delete(root.resolve("etc/passwd"));
    try (Directory etc = Directory.open(calls, root.resolve("etc"))) {
      calls.mknod(etc.fd(), "passwd", FileCalls.S_IFIFO | 0666, 0, 0);
    }
    assertThatThrownBy(() -> write("/", how, tar)).hasMessage("no matching entries in passwd file");
  }

  @Test
  void aReadOnlyRootStaysAsItIs() throws Exception {
    Extraction how = new Extraction(false, Optional.empty(), true);
    assertThatThrownBy(() -> write("/d", how, new TarBytes().file("n", "").bytes()))
        .hasMessage("container rootfs is marked read-only");
    assertThatThrownBy(() -> write("/d/f", how, new TarBytes().file("n", "").bytes()))
        .hasMessage("extraction point is not a directory");
    assertThat(root.resolve("d/n")).doesNotExist();
  }

  /**
   * A container that swaps a directory for a link to the host's canary all the time, while files
   * are copied through it both ways.
   */
  @Test
  void noRaceLeadsOut() throws Exception {
    Files.createDirectory(root.resolve("swap"));
    Files.writeString(root.resolve("swap/f"), "inside");
    Files.createSymbolicLink(root.resolve("other"), canary);
    Files.createDirectories(root.resolve(canary.toString().substring(1)));
    AtomicBoolean done = new AtomicBoolean();
    Thread swapping =
        Thread.ofPlatform()
            .start(() -> {
              try (Directory at = Directory.open(calls, root)) {
                while (!done.get()) {
                  calls.rename(at.fd(), "swap", at.fd(), "other", FileCalls.RENAME_EXCHANGE);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    TarBytes tar = new TarBytes();
    tar.entry("swap/").type('5').mode(0700).owner(9, 9).add();
    tar.entry("swap/n").mode(04755).content("copied in").add();
    tar.entry("swap/deep/").type('5').mode(02777).add();
    tar.file("swap/deep/n", "").symlink("swap/l", "x").hardlink("swap/h", "swap/n");
    byte[] archive = tar.bytes();
    // Or the link would be replaced, and the race be over.
    Extraction keep = new Extraction(true, Optional.empty(), false);
    FileStatus before = canaryStatus();
    List<String> surprises = new ArrayList<>();
    try {
      for (int round = 0; round < 1000; round++) {
        try {
          write("/", keep, archive);
        } catch (ProblemException _) {
          // It was in the way.
        }
        try {
          for (Map.Entry<String, TarEntry> entry : read("/swap/").entrySet()) {
            if (entry.getValue().size() == "alive".length()) {
              surprises.add(entry.getKey());
            }
          }
        } catch (ProblemException _) {
          // It led to nothing.
        }
      }
    } finally {
      done.set(true);
      swapping.join();
    }
    assertThat(surprises).isEmpty();
    FileStatus after = canaryStatus();
    assertThat(after).isEqualTo(before);
  }

  private FileStatus canaryStatus() throws IOException {
    try (Directory at = Directory.open(calls, temp)) {
      return calls.stat(at.fd(), "canary");
    }
  }

  @Test
  void aTreeThatChangesIsReadToItsEnd() throws Exception {
    for (int i = 0; i < 50; i++) {
      Files.createDirectories(root.resolve("t/" + i + "/sub"));
      Files.writeString(root.resolve("t/" + i + "/sub/f"), "x".repeat(100));
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread changing =
        Thread.ofPlatform()
            .start(() -> {
              try (Directory at = Directory.open(calls, root.resolve("t"))) {
                Files.createSymbolicLink(root.resolve("t/link"), Path.of("0"));
                while (!done.get()) {
                  for (int i = 1; i < 50; i++) {
                    String name = Integer.toString(i);
                    calls.rename(at.fd(), name, at.fd(), "link", FileCalls.RENAME_EXCHANGE);
                    calls.rename(at.fd(), name, at.fd(), "link", FileCalls.RENAME_EXCHANGE);
                  }
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      for (int round = 0; round < 100; round++) {
        assertThat(read("/t")).containsKeys("t/", "t/0/sub/f");
      }
    } finally {
      done.set(true);
      changing.join();
    }
  }
}
