package dev.varve.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlayMountTest {
  private static final Path TARGET = Path.of("/c/merged");
  private final RecordingMountCalls calls = new RecordingMountCalls();
  private final OverlayMount overlay =
      new OverlayMount(
          List.of(Path.of("/top"), Path.of("/bottom")), Path.of("/c/upper"), Path.of("/c/work"));

  @Test
  void configuresEachLayerByItselfTopFirst() throws Exception {
    overlay.mountAt(TARGET, calls);
    assertThat(calls.calls())
        .containsExactly(
            "fsopen overlay",
            "fsconfig lowerdir+=/top",
            "fsconfig lowerdir+=/bottom",
            "fsconfig upperdir=/c/upper",
            "fsconfig workdir=/c/work",
            "fsconfig index=off",
            "create",
            "fsmount",
            "attach /c/merged");
    assertThat(calls.open()).isEmpty();
  }

  @Test
  void anOlderKernelGetsTheClassicCall() throws Exception {
    calls.failOn("fsconfig lowerdir+", Errno.EINVAL);
    overlay.mountAt(TARGET, calls);
    assertThat(calls.mounted()).containsExactly(TARGET);
    assertThat(calls.calls().getLast())
        .isEqualTo(
            "mount overlay /c/merged lowerdir=/proc/self/fd/101:/proc/self/fd/102,"
                + "upperdir=/proc/self/fd/103,workdir=/proc/self/fd/104,index=off");
    assertThat(calls.open()).isEmpty();
  }

  @Test
  void pathsTooLongForTheKernelGoByDescriptor() throws Exception {
    Path deep = Path.of("/" + "x".repeat(255));
    new OverlayMount(List.of(deep), Path.of("/u"), Path.of("/w")).mountAt(TARGET, calls);
    assertThat(calls.calls()).contains("fsconfig lowerdir+=/proc/self/fd/101");
  }

  @Test
  void aRefusalLeavesNothingOpenOrMounted() {
    calls.failOn("create", Errno.ENOENT);
    assertThatThrownBy(() -> overlay.mountAt(TARGET, calls))
        .isInstanceOf(SystemCallException.class);
    assertThat(calls.mounted()).isEmpty();
    assertThat(calls.open()).isEmpty();
  }
}
