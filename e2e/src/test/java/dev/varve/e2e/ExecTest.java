package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EndToEnd
final class ExecTest {
  @BeforeEach
  void start(Docker docker) {
    docker.ok("run", "-d", "--name", "box", "-e", "BASE=1", "busybox", "sleep", "1000");
  }

  @Test
  void seesTheContainersProcessesAndFiles(Docker docker) {
    docker.ok("exec", "box", "touch", "/seen");
    assertThat(docker.ok("exec", "box", "ls", "/seen")).isEqualTo("/seen");
    assertThat(docker.ok("exec", "box", "ps", "-o", "pid,args")).contains("1 sleep 1000");
  }

  @Test
  void userDirectoryAndEnvironment(Docker docker) {
    String said =
        docker.ok(
            "exec",
            "-u",
            "nobody",
            "-w",
            "/tmp",
            "-e",
            "MORE=2",
            "box",
            "sh",
            "-c",
            "id -un; pwd; echo $BASE$MORE");
    assertThat(said.lines()).containsExactly("nobody", "/tmp", "12");
  }

  @Test
  void standardInputAndBothOutputs(Docker docker) {
    Shell.Result result =
        docker.with("text", "exec", "-i", "box", "sh", "-c", "cat; echo err >&2; exit 3");
    assertThat(result).isEqualTo(new Shell.Result(3, "text", "err\n"));
  }

  @Test
  void detachedGoesOnByItself(Docker docker) {
    docker.ok("exec", "-d", "box", "sh", "-c", "echo done > /result");
    Awaitility.await()
        .until(() -> docker.run("exec", "box", "cat", "/result").out().equals("done\n"));
  }

  @Test
  void refusedWhenTheContainerDoesNotRun(Docker docker) {
    docker.ok("kill", "box");
    docker.ok("wait", "box");
    Shell.Result result = docker.run("exec", "box", "true");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("is not running");
  }
}
