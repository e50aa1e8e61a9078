package dev.varve.container.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcHostTest {
  @TempDir Path proc;

  private void capabilities(String hex) throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(proc.resolve("self/status"), "Name:\tx\nCapEff:\t" + hex + "\n");
    Files.writeString(
        proc.resolve("self/limits"),
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            1024                 4096                 files
        """);
  }

  @Test
  void hardLimitsHoldForWhoCannotRaiseThem() throws IOException {
    capabilities("0000000000000000");
    ProcHost host = new ProcHost(proc, proc);

    assertThat(host.hardLimit("nofile")).hasValue(4096);
    assertThat(host.hardLimit("cpu")).isEmpty();
    assertThatThrownBy(() -> host.hardLimit("nope")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whoCanRaiseThemHasNone() throws IOException {
    capabilities("0000000001000000");

    assertThat(new ProcHost(proc, proc).hardLimit("nofile")).isEmpty();
  }

  @Test
  void thisMachine() throws IOException {
    ProcHost host = new ProcHost(Path.of("/proc"), Path.of("/sys"));

    assertThat(host.bootId()).hasSize(36);
    assertThat(host.hostname()).isNotBlank();
    assertThat(host.ps("-o pid,args"))
        .contains("PID")
        .contains(String.valueOf(ProcessHandle.current().pid()));
    assertThatThrownBy(() -> host.ps("--no-such-option")).hasMessageStartingWith("ps: ");
  }
}
