package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EndToEnd
final class TerminalTest {
  @Test
  void aContainersFilesLiveAsLongAsTheContainer(Docker docker) throws InterruptedException {
    String id;
    try (Terminal first = docker.terminal("run", "-it", "debian:bookworm", "bash")) {
      id = first.expect("root@([0-9a-f]{12}):/# ").group(1);
      first.type("echo 'echo deployed' > /home/deploy.sh\r");
      first.expect("root@" + id + ":/# ");
      first.type("exit 4\r");
      assertThat(first.exit()).isEqualTo(4);
    }
    try (Terminal second = docker.terminal("run", "-it", "debian:bookworm", "bash")) {
      String other = second.expect("root@([0-9a-f]{12}):/# ").group(1);
      assertThat(other).isNotEqualTo(id);
      second.type("ls /home/deploy.sh\r");
      second.expect("No such file or directory");
      second.type("exit\r");
      assertThat(second.exit()).isEqualTo(2);
    }
    try (Terminal again = docker.terminal("start", "-ai", id)) {
      // The prompt of a shell that started before we were attached may be gone.
      again.type("sh /home/deploy.sh\r");
      again.expect("deployed\\r?\\n");
      again.type("exit\r");
      again.exit();
    }
    docker.ok("rm", id);
    assertThat(docker.run("start", id).exit()).isEqualTo(1);
  }

  @Test
  void theContainersTerminalHasTheSizeOfOurs(Docker docker) throws InterruptedException {
    try (Terminal terminal = docker.terminal("run", "-it", "--rm", "busybox", "sh")) {
      terminal.expect("/ # ");
      terminal.type("stty size\r");
      terminal.expect("30 100");
      terminal.resize(41, 123);
      // The client tells the engine after the kernel told the client.
      org.awaitility.Awaitility.await()
          .until(() -> {
            terminal.type("stty size\r");
            return terminal.expect("(\\d+ \\d+)\\r?\\n").group(1).equals("41 123");
          });
      terminal.type("exit\r");
      terminal.exit();
    }
  }

  @Test
  void detachKeysLeaveItRunning(Docker docker) throws InterruptedException {
    try (Terminal terminal = docker.terminal("run", "-it", "--name", "box", "busybox", "sh")) {
      terminal.expect("/ # ");
      terminal.type("\u0010\u0011");
      assertThat(terminal.exit()).isZero();
    }
    assertThat(docker.inspect("{{.State.Status}}", "box")).isEqualTo("running");
    try (Terminal terminal = docker.terminal("attach", "box")) {
      terminal.type("echo a''gain\r");
      terminal.expect("again");
      terminal.type("exit\r");
      terminal.exit();
    }
  }

  @Test
  void interruptReachesTheForegroundProcess(Docker docker) throws InterruptedException {
    try (Terminal terminal = docker.terminal("run", "-it", "--rm", "busybox", "sh")) {
      terminal.expect("/ # ");
      terminal.type("sleep 1000\r");
      terminal.expect("sleep 1000");
      terminal.type("\u0003");
      terminal.expect("/ # ");
      terminal.type("exit\r");
      terminal.exit();
    }
  }

  @Test
  void execInATerminal(Docker docker) throws InterruptedException {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "1000");
    try (Terminal terminal = docker.terminal("exec", "-it", "box", "sh")) {
      terminal.expect("/ # ");
      terminal.type("tty; exit 6\r");
      terminal.expect("/dev/pts/\\d+");
      assertThat(terminal.exit()).isEqualTo(6);
    }
  }
}
