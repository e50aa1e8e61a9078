package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EndToEnd
final class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "0, busybox true",
    "1, busybox false",
    "42, busybox sh -c 'exit 42'",
    "125, no-such-image-here true",
    "125, --network no-such-network busybox true",
    "126, busybox /etc/passwd",
    "126, busybox /etc",
    "127, busybox no-such-command",
    "127, busybox /no/such/file",
    "137, --init busybox sh -c 'kill -9 $$'",
    "143, --init busybox sh -c 'kill -15 $$'",
  })
  void runEndsAs(int code, String arguments, Docker docker) {
    String line = "docker run --rm --pull never " + arguments;
    assertThat(docker.shell(line).exit()).isEqualTo(code);
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void failedStartIsRemembered(Docker docker) {
    docker.run("run", "--name", "bad", "busybox", "no-such-command");
    assertThat(docker.inspect("{{.State.Status}} {{.State.ExitCode}}", "bad"))
        .isEqualTo("created 127");
    assertThat(docker.inspect("{{.State.Error}}", "bad")).contains("no-such-command");
  }

  @Test
  void execReportsTheCommandsCode(Docker docker) {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "1000");
    assertThat(docker.run("exec", "box", "sh", "-c", "exit 9").exit()).isEqualTo(9);
    // Docker said 126 before it said 127.
    assertThat(docker.run("exec", "box", "no-such-command").exit()).isIn(126, 127);
    assertThat(docker.run("exec", "box", "/etc/passwd").exit()).isEqualTo(126);
    assertThat(docker.run("exec", "no-such-container", "true").exit()).isEqualTo(1);
  }
}
