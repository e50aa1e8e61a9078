package dev.varve.snapshot.adapter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.archive.TarLimits;
import dev.varve.archive.testing.TarBytes;
import dev.varve.linux.Errno;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.RecordingFileCalls;
import dev.varve.linux.mounts.RecordingMountCalls;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.testing.TestLayers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that does not mount images from files. */
class LayerFormsTest {
  @TempDir Path temp;
  private final FileCalls files = new RecordingFileCalls();
  private final RecordingMountCalls mounts = new RecordingMountCalls();

  private OverlaySnapshotter open(LayerForms forms) throws IOException {
    mounts.failOn("create", Errno.EINVAL);
    return new OverlaySnapshotter(temp.resolve("s"), files, mounts, TarLimits.DEFAULT, forms);
  }

  @Test
  void directoriesAreTakenWhereImagesCannotBe() throws Exception {
    byte[] archive = new TarBytes().file("f", "x").bytes();
    Layer layer = TestLayers.layer(Optional.empty(), archive);
    open(LayerForms.AUTO).apply(layer, new ByteArrayInputStream(archive), Optional.of(List.of()));
    assertThat(temp.resolve("s/layers").resolve(layer.chainId().hex()).resolve("fs/f"))
        .hasContent("x");
    assertThat(temp.resolve("s/containers")).isEmptyDirectory();
    assertThat(mounts.open()).isEmpty();
  }

  @Test
  void whoRequiresImagesIsToldWhyNot() {
    assertThatThrownBy(() -> open(LayerForms.EROFS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot mount an EROFS image");
  }

  @Test
  void aWrongSettingNamesTheChoices() {
    assertThat(LayerForms.parse("auto")).isEqualTo(LayerForms.AUTO);
    assertThatThrownBy(() -> LayerForms.parse("btrfs"))
        .hasMessageContaining("choose auto, directories or erofs");
  }
}
