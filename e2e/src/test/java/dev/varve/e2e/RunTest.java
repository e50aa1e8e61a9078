package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@EndToEnd
final class RunTest {
  @Test
  void streamsStayApart(Docker docker) {
    Shell.Result result =
        docker.run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2");
    assertThat(result).isEqualTo(new Shell.Result(0, "out\n", "err\n"));
  }

  @Test
  void detachedPrintsTheIdAndGoesOn(Docker docker) {
    String id = docker.ok("run", "-d", "busybox", "sleep", "1000");
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(docker.ok("ps", "--no-trunc", "-q")).isEqualTo(id);
    assertThat(docker.inspect("{{.State.Status}}", id)).isEqualTo("running");
  }

  @Test
  void removedAtItsEnd(Docker docker) {
    docker.ok("run", "--rm", "--name", "short", "busybox", "true");
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void standardInputEndsWhenTheClientSaysSo(Docker docker) {
    Shell.Result result = docker.with("one\ntwo\n", "run", "-i", "--rm", "busybox", "wc", "-l");
    assertThat(result.ok()).isEqualTo("2");
  }

  @Test
  void largeInputComesBackWhole(Docker docker) {
    String text = "0123456789abcde\n".repeat(1 << 16);
    assertThat(docker.with(text, "run", "-i", "--rm", "busybox", "cat").out()).isEqualTo(text);
  }

  @Test
  void environmentDirectoryUserAndHostName(Docker docker) {
    String said =
        docker.ok(
            "run",
            "--rm",
            "-e",
            "COLOUR=red blue",
            "-w",
            "/var/spool",
            "-u",
            "65534:65534",
            "--hostname",
            "box",
            "busybox",
            "sh",
            "-c",
            "echo $COLOUR; pwd; id -u; id -g; hostname");
    assertThat(said.lines()).containsExactly("red blue", "/var/spool", "65534", "65534", "box");
  }

  @Test
  void missingWorkingDirectoryIsMade(Docker docker) {
    assertThat(docker.ok("run", "--rm", "-w", "/a/b", "busybox", "pwd")).isEqualTo("/a/b");
  }

  @Test
  void entrypointTakesTheCommandAsArguments(Docker docker) {
    assertThat(docker.ok("run", "--rm", "--entrypoint", "echo", "busybox", "a", "b"))
        .isEqualTo("a b");
  }

  @Test
  void nameAndLabelsFindIt(Docker docker) {
    String id = docker.ok("run", "-d", "--name", "web", "--label", "tier=front", "busybox", "true");
    docker.ok("wait", "web");
    assertThat(docker.ok("ps", "-aq", "--no-trunc", "--filter", "label=tier=front")).isEqualTo(id);
    assertThat(docker.ok("ps", "-aq", "--no-trunc", "--filter", "name=web")).isEqualTo(id);
    assertThat(docker.ok("ps", "-aq", "--filter", "label=tier=back")).isEmpty();
    docker.ok("rename", "web", "shop");
    assertThat(docker.inspect("{{.Name}}", id)).isEqualTo("/shop");
    assertThat(docker.ok("rm", id.substring(0, 12))).isEqualTo(id.substring(0, 12));
  }

  @Test
  void createStartAttachWait(Docker docker) {
    String id =
        docker.ok("create", "-i", "busybox", "sh", "-c", "read line; echo got $line; exit 5");
    assertThat(docker.inspect("{{.State.Status}}", id)).isEqualTo("created");
    Shell.Result result = docker.with("word\n", "start", "-ai", id);
    assertThat(result).isEqualTo(new Shell.Result(5, "got word\n", ""));
    assertThat(docker.ok("wait", id)).isEqualTo("5");
  }

  @Test
  void eachHasItsOwnFilesProcessesAndNetwork(Docker docker) {
    docker.ok("run", "--name", "first", "busybox", "touch", "/mine");
    assertThat(docker.run("run", "--rm", "busybox", "ls", "/mine").exit()).isEqualTo(1);
    assertThat(docker.ok("run", "--rm", "busybox", "ps", "-o", "pid,args").lines()).hasSize(2);
    assertThat(docker.ok("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net"))
        .isEqualTo("lo");
  }

  @Test
  void topShowsItsProcesses(Docker docker) {
    docker.ok("run", "-d", "--name", "sleeper", "busybox", "sleep", "1234");
    assertThat(docker.ok("top", "sleeper")).contains("sleep 1234");
  }
}
