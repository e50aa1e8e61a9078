package dev.varve.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTest {
  @Test
  void readsALineWithOptionalFieldsAndEscapes() {
    Mount mount =
        Mount.parse(
            "36 35 98:0 /mnt1 /mnt\\040two\\134x rw,noatime shared:2 master:1 - ext3 /dev/root rw");
    assertThat(mount.target()).isEqualTo(Path.of("/mnt two\\x"));
    assertThat(mount.root()).isEqualTo(Path.of("/mnt1"));
    assertThat(mount.options()).containsExactly("rw", "noatime");
    assertThat(mount.propagation()).isEqualTo(List.of("shared:2", "master:1"));
    assertThat(mount.type()).isEqualTo("ext3");
    assertThat(mount.source()).isEqualTo("/dev/root");
  }

  @Test
  void readsALineWithoutOptionalFields() {
    Mount mount = Mount.parse("36 35 0:44 / /m/é rw - overlay overlay rw,lowerdir=/a");
    assertThat(mount.propagation()).isEmpty();
    assertThat(mount.target()).isEqualTo(Path.of("/m/é"));
    assertThat(mount.superOptions()).isEqualTo("rw,lowerdir=/a");
  }

  @Test
  void readsWhatThisKernelShows() throws Exception {
    assertThat(
            new KernelMountCalls(new dev.varve.linux.files.KernelFileCalls())
                .mounts().stream().map(Mount::target))
        .contains(Path.of("/proc"));
  }

  @Test
  void refusesAnythingElse() {
    assertThatThrownBy(() -> Mount.parse("36 35 98:0 /"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Mount.parse("36 35 98:0 / /x rw shared:1 ext3 a b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
