package dev.varve.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcessFactsTest {
  private static final int NO_PROCESS = 0x7ffffff0;

  @Test
  void readsNamesThatTryToMislead() {
    String line = "12 (a) R 1 (x) S 34 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 2 3 4 5";
    assertThat(ProcessFacts.Stat.parse(line)).isEqualTo(new ProcessFacts.Stat('S', 34, 987654));
  }

  @Test
  void knowsOurselvesAndNobodyElse() throws Exception {
    int pid = (int) ProcessHandle.current().pid();
    assertThat(ProcessFacts.stat(pid).orElseThrow().zombie()).isFalse();
    assertThat(ProcessFacts.commandLine(pid).getFirst()).contains("java");
    assertThat(ProcessFacts.cgroups(pid)).isNotEmpty();
    assertThat(ProcessFacts.stat(NO_PROCESS)).isEmpty();
    assertThat(ProcessFacts.cgroups(NO_PROCESS)).isEmpty();
  }

  @Test
  void readsTheBoundingSet() {
    assertThat(ProcessFacts.boundingSet("CapEff:\t0\nCapBnd:\t000001fffeffffff\n"))
        .isEqualTo(0x1fffeffffffL);
  }

  @Test
  void knowsLimitsByName() throws Exception {
    assertThat(ResourceLimits.hardLimit("nofile")).isPositive();
    assertThatThrownBy(() -> ResourceLimits.hardLimit("nonsense"))
        .hasMessage("invalid ulimit type: nonsense");
  }

  @Test
  void killsByNumber() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    assertThat(Posix.kill((int) process.pid(), 9)).isTrue();
    assertThat(process.waitFor()).isEqualTo(137);
    assertThat(Posix.kill(NO_PROCESS, 9)).isFalse();
  }
}
