package dev.varve.linux.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErofsMountTest {
  private static final Path TARGET = Path.of("/mounts/a");
  private final RecordingMountCalls calls = new RecordingMountCalls();

  @Test
  void mountsAFileForReadingOnly() throws Exception {
    new ErofsMount(Path.of("/layers/a/image")).mountAt(TARGET, calls);
    assertThat(calls.calls())
        .containsExactly(
            "fsopen erofs",
            "fsconfig source=/layers/a/image",
            "create",
            "fsmount 31",
            "attach /mounts/a");
    assertThat(calls.open()).isEmpty();
  }

  @Test
  void aRefusalLeavesNothingOpenOrMounted() {
    calls.failOn("create", Errno.EINVAL);
    assertThatThrownBy(() -> new ErofsMount(Path.of("/layers/a/image")).mountAt(TARGET, calls))
        .isInstanceOf(SystemCallException.class);
    assertThat(calls.mounted()).isEmpty();
    assertThat(calls.open()).isEmpty();
  }
}
