package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.files.RecordingFileCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Directories laid down without privileges: what needs them is recorded instead of done. */
class DirectoryLayersTest extends LayerContract {
  private final RecordingFileCalls calls = new RecordingFileCalls();

  @Override
  LayerStore open(Path layers) throws IOException {
    return new LayerStore(layers, calls, TarLimits.DEFAULT, List.of(new DirectoryForm(calls)));
  }

  @Test
  void ownersComeBeforeModesAndDevicesAreMade() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("suid").mode(04711).owner(7, 8).add();
    tar.entry("dev/null").type('3').mode(0666).device(1, 3).add();
    tar.entry("dev/sda").type('4').mode(0660).device(8, 0).add();
    tar.entry("pipe").type('6').mode(0600).add();
    Path files = apply(tar);
    assertThat(calls.privileged())
        .contains("chown fd 7:8", "mknod sda b 8:0")
        .contains("mknod null c 1:3");
    assertThat(Files.getAttribute(files.resolve("suid"), "unix:mode")).isEqualTo(0104711);
    assertThat(Files.readAttributes(files.resolve("pipe"), "unix:mode"))
        .containsEntry("mode", 010600);
  }

  @Test
  void whiteoutsBecomeDevicesAndOpaqueDirectoriesAttributes() throws Exception {
    apply(
        new TarBytes()
            .file("d/.wh.gone", "")
            .file("o/.wh..wh..opq", "")
            .file("o/new", "")
            .directory("again/")
            .file(".wh.again", "")
            .file("kept", "")
            .file(".wh.kept", ""));
    assertThat(calls.privileged())
        .containsExactly(
            "mknod gone c 0:0",
            "setxattr . trusted.overlay.opaque=y",
            "setxattr again trusted.overlay.opaque=y");
  }

  @Test
  void controlAttributesOfTheOverlayAreDropped() throws Exception {
    TarBytes tar = new TarBytes();
    tar.entry("f")
        .pax("SCHILY.xattr.trusted.overlay.opaque", "y")
        .pax("SCHILY.xattr.trusted.overlay.redirect", "/etc")
        .pax("SCHILY.xattr.user.overlay.whiteout", "y")
        .pax("SCHILY.xattr.security.selinux", "unconfined")
        .pax("SCHILY.xattr.security.capability", "cap")
        .pax("SCHILY.xattr.trusted.other", "t")
        .add();
    apply(tar);
    assertThat(calls.privileged())
        .containsExactly("setxattr f security.capability=cap", "setxattr f trusted.other=t");
  }
}
