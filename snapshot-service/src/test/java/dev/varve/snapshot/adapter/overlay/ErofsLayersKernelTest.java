package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.Mount;
import dev.varve.linux.mounts.MountCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images written by us and read by the kernel. */
@Tag("kernel")
class ErofsLayersKernelTest extends LayerContract {
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private final FileCalls calls = new KernelFileCalls();
  private final MountCalls mounts = new KernelMountCalls(calls);

  @Override
  LayerStore open(Path layers) throws IOException {
    LayerMounts mounted = new LayerMounts(temp.resolve("mounts"), calls, mounts);
    return new LayerStore(layers, calls, TarLimits.DEFAULT, List.of(new ErofsForm(calls, mounted)));
  }

  @AfterEach
  void unmountAll() throws Exception {
    for (Mount mount : mounts.mounts()) {
      if (mount.target().startsWith(temp.toRealPath())) {
        mounts.unmount(mount.target(), MountCalls.MNT_DETACH);
      }
    }
  }

  private FileStatus stat(Path path) throws IOException {
    return calls.stat(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString()));
  }

  private byte[] xattr(Path path, String name) throws IOException {
    try (Directory parent = Directory.open(calls, path.getParent())) {
      return calls.getXattr(parent.fd(), path.getFileName().toString(), name);
    }
  }

  private List<String> xattrs(Path path) throws IOException {
    try (Directory parent = Directory.open(calls, path.getParent())) {
      return calls.listXattr(parent.fd(), path.getFileName().toString());
    }
  }

  @Test
  void ownersTimesAndDevicesArrive() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("suid").mode(04711).owner(7, 8).pax("mtime", "1500000000.123456789").add();
    tar.entry("large").pax("uid", "4294967294").pax("gid", "70000").mtime(8L << 32).add();
    tar.entry("old").pax("mtime", "-5").add();
    tar.entry("dev/null").type('3').mode(0666).device(1, 3).add();
    tar.entry("dev/disk").type('4').mode(0660).device(259, 1048575).add();
    tar.entry("pipe").type('6').mode(0600).add();
    Path files = apply(tar);
    FileStatus suid = stat(files.resolve("suid"));
    assertThat(suid.mode()).isEqualTo(0104711);
    assertThat(suid.uid()).isEqualTo(7);
    assertThat(suid.gid()).isEqualTo(8);
    assertThat(suid.modifiedSeconds()).isEqualTo(1_500_000_000);
    assertThat(suid.modifiedNanos()).isEqualTo(123_456_789);
    assertThat(Integer.toUnsignedLong(stat(files.resolve("large")).uid())).isEqualTo(4294967294L);
    assertThat(stat(files.resolve("large")).gid()).isEqualTo(70000);
    assertThat(stat(files.resolve("large")).modifiedSeconds()).isEqualTo(8L << 32);
    assertThat(stat(files.resolve("old")).modifiedSeconds()).isZero();
    assertThat(stat(files.resolve("dev/null")).type()).isEqualTo(FileCalls.S_IFCHR);
    assertThat(stat(files.resolve("dev/null")).deviceMinor()).isEqualTo(3);
    assertThat(stat(files.resolve("dev/disk")).deviceMajor()).isEqualTo(259);
    assertThat(stat(files.resolve("dev/disk")).deviceMinor()).isEqualTo(1048575);
    assertThat(stat(files.resolve("pipe")).mode()).isEqualTo(010600);
    assertThat(stat(files.resolve("dev")).links()).isEqualTo(2);
    assertThat(stat(files).links()).isEqualTo(3);
  }

  @Test
  void whiteoutsBecomeDevicesAndOpaqueDirectoriesAttributes() throws Exception {
    Path files =
        apply(
            new TarBytes()
                .file("d/.wh.gone", "")
                .file("d/.wh.gone2", "")
                .file("o/.wh..wh..opq", "")
                .file("o/new", "")
                .directory("again/")
                .file(".wh.again", "")
                .file("kept", "")
                .file(".wh.kept", ""));
    assertThat(stat(files.resolve("d/gone")).isWhiteout()).isTrue();
    assertThat(stat(files.resolve("d/gone2")).isWhiteout()).isTrue();
    assertThat(xattr(files.resolve("o"), LayerApplier.OPAQUE)).containsExactly('y');
    assertThat(xattr(files.resolve("again"), LayerApplier.OPAQUE)).containsExactly('y');
    assertThat(xattr(files.resolve("d"), LayerApplier.OPAQUE)).isNull();
    assertThat(stat(files.resolve("kept")).isRegular()).isTrue();
  }

  @Test
  void attributesArriveAndThoseOfTheOverlayAreDropped() throws Exception {
    byte[] large = new byte[20_000];
    new Random(1).nextBytes(large);
    TarBytes tar = new TarBytes();
    tar.entry("f")
        .content("x")
        .pax("SCHILY.xattr.trusted.overlay.opaque", "y")
        .pax("SCHILY.xattr.trusted.overlay.redirect", "/etc")
        .pax("SCHILY.xattr.user.overlay.whiteout", "y")
        .pax("SCHILY.xattr.security.selinux", "unconfined")
        .pax("SCHILY.xattr.security.capability", CAPABILITY)
        .pax("SCHILY.xattr.trusted.other", "t")
        .pax("SCHILY.xattr.user.empty", "")
        .add();
    tar.entry("large").content("content").pax("SCHILY.xattr.user.large", large).add();
    tar.entry("s").type('2').link("f").pax("SCHILY.xattr.user.none", "v").add();
    tar.entry("d/").type('5').mode(0755).pax("SCHILY.xattr.user.d", "v").add();
    Path files = apply(tar);
    assertThat(xattrs(files.resolve("f")))
        .contains("security.capability", "trusted.other")
        .doesNotContain("trusted.overlay.opaque", "trusted.overlay.redirect")
        .doesNotContain("user.overlay.whiteout", "security.selinux");
    assertThat(xattr(files.resolve("f"), "security.capability")).isEqualTo(CAPABILITY);
    assertThat(xattr(files.resolve("f"), "trusted.other")).containsExactly('t');
    assertThat(xattr(files.resolve("large"), "user.large")).isEqualTo(large);
    assertThat(files.resolve("large")).hasContent("content");
    assertThat(xattr(files.resolve("d"), "user.d")).containsExactly('v');
    assertThat(xattrs(files.resolve("s"))).isEmpty();
  }

  @Test
  void attributesThatAreNoneAreRefused() {
    for (String name : List.of("security.capability", "system.posix_acl_access")) {
      TarBytes tar = new TarBytes();
      tar.entry("f").pax("SCHILY.xattr." + name, "nonsense").add();
      assertThatThrownBy(() -> apply(tar)).hasMessageContaining("invalid argument");
    }
    TarBytes tar = new TarBytes();
    tar.entry("f").pax("SCHILY.xattr.user.a", "x".repeat(65_535)).add();
    assertThatThrownBy(() -> apply(tar)).hasMessageContaining("too large");
  }

  /** Around the places where content moves into the inode's block, and out of it. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 4031, 4032, 4033, 4095, 4096, 4097, 8128, 8129, 8191, 8192, 131072, 1048577})
  void contentOfEachLengthIsReadBack(int length) throws Exception {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    String text = new String(content, java.nio.charset.StandardCharsets.ISO_8859_1);
    TarBytes tar = new TarBytes();
    tar.entry("a").content(text).add();
    tar.file("between", "small");
    tar.entry("b").content(text).pax("SCHILY.xattr.user.a", "some value").add();
    Path files = apply(tar);
    assertThat(files.resolve("a")).hasBinaryContent(content);
    assertThat(files.resolve("b")).hasBinaryContent(content);
    assertThat(files.resolve("between")).hasContent("small");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4032, 4033, 4095})
  void linksOfEachLengthAreReadBack(int length) throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("s").type('2').pax("linkpath", "t".repeat(length)).add();
    Path files = apply(tar);
    assertThat(Files.readSymbolicLink(files.resolve("s"))).hasToString("t".repeat(length));
  }

  @Test
  void directoriesOfManyNamesAreSearchedAndListed() throws Exception {
    TarBytes tar = new TarBytes();
    Random random = new Random(3);
    List<String> names =
        java.util.stream.IntStream.range(0, 3000)
            .mapToObj(i -> "!-+.~".charAt(i % 5) + Integer.toString(random.nextInt(), 36) + i)
            .toList();
    names.forEach(name -> tar.file("d/" + name, name));
    tar.entry("x").pax("path", "d/" + "n".repeat(255)).content("long").add();
    Path files = apply(tar);
    for (String name : names) {
      assertThat(files.resolve("d").resolve(name)).hasContent(name);
    }
    assertThat(files.resolve("d").toFile().list()).hasSize(3001);
    assertThat(files.resolve("d/missing")).doesNotExist();
  }

  @Test
  void hugeHolesTakeNoSpace() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("f")
        .content("abcde")
        .pax("GNU.sparse.map", "0,3,34359738366,2")
        .pax("GNU.sparse.size", "34359738368")
        .add();
    tar.file("behind", "it");
    Path files = apply(tar);
    assertThat(Files.size(files.resolve("f"))).isEqualTo(32L << 30);
    assertThat(files.resolve("behind")).hasContent("it");
    Path image;
    try (var layers = Files.walk(temp.resolve("layers"))) {
      image = layers.filter(path -> path.endsWith(ErofsForm.IMAGE)).findFirst().orElseThrow();
    }
    assertThat(stat(image).blocks() * 512).isLessThan(1 << 20);
  }
}
