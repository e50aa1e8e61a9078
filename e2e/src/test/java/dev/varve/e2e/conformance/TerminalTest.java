package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terminals, by running the CLI under {@code script}, which gives it one. */
final class TerminalTest extends Conformance {
  @TempDir Path directory;

  @Test
  void withoutATerminalTheOutputIsStillOne() {
    Docker.Result result =
        docker.run(
            "run",
            "--rm",
            "-t",
            "--name",
            name(),
            IMAGE,
            "sh",
            "-c",
            "tty; echo $TERM; echo err >&2");
    assertThat(result.out()).matches("/dev/pts/\\d+\r\nxterm\r\nerr\r\n");
  }

  @Test
  void inputNeedsATerminalWhenOneIsAsked() {
    Docker.Result result = docker.run("run", "--rm", "-it", "--name", name(), IMAGE, "true");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("the input device is not a TTY");
  }

  @Test
  void theSizeIsTheClients() throws IOException {
    Docker.Result result =
        script(
            "stty rows 33 cols 101; "
                + cli(
                    "run",
                    "--rm",
                    "-it",
                    "--name",
                    name(),
                    IMAGE,
                    "sh",
                    "-c",
                    "until stty size | grep -q '33 101'; do sleep 0.05; done; echo size is right"));
    assertThat(result.out()).contains("size is right");
  }

  /**
   * Resized more than once, because the CLI looks for the signal only after the answer to its first
   * resize, which the container may see earlier.
   */
  @Test
  void aResizeReachesTheProcess() throws Exception {
    Path fifo = directory.resolve("resize");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    String name = name();
    String inside =
        "trap 'echo winch' WINCH; until stty size | grep -q '33 101'; do sleep 0.05; done; echo ready; until stty size | grep -q '44 122'; do sleep 0.05; done; echo resized";
    try (Docker.Running running =
        start(
            "stty rows 33 cols 101; (read go < "
                + fifo
                + "; for i in 1 2 3 4 5 6 7 8 9; do stty rows 44 cols 121 < /dev/tty; sleep 0.2;"
                + " stty rows 44 cols 122 < /dev/tty; sleep 0.2; done) & "
                + cli("run", "-it", "--name", name, IMAGE, "sh", "-c", inside))) {
      Until.logged(this, name, "ready");
      Files.writeString(fifo, "go\n");
      assertThat(running.await().out()).contains("resized", "winch");
    }
  }

  @Test
  void theExitCodeComesThrough() throws IOException {
    assertThat(
            script(cli("run", "--rm", "-it", "--name", name(), IMAGE, "sh", "-c", "exit 42"))
                .code())
        .isEqualTo(42);
  }

  @Test
  void whatIsTypedIsEchoedAndRun() throws Exception {
    String name = name();
    try (Docker.Running running = start(cli("run", "-it", "--name", name, IMAGE, "sh"))) {
      Until.running(this, name);
      type(running, "echo typed-$((6*7))\n");
      Until.logged(this, name, "typed-42");
      type(running, "exit 5\n");
      Docker.Result result = running.await();
      assertThat(result.out()).contains("echo typed-$((6*7))", "typed-42");
      assertThat(result.code()).isEqualTo(5);
    }
  }

  @Test
  void controlCInterruptsTheForegroundProcess() throws Exception {
    String name = name();
    try (Docker.Running running =
        start(
            cli(
                "run",
                "-it",
                "--name",
                name,
                IMAGE,
                "sh",
                "-c",
                "trap 'echo interrupted; exit 6' INT; echo ready; while :; do sleep 0.05; done"))) {
      Until.logged(this, name, "ready");
      type(running, "\u0003");
      Docker.Result result = running.await();
      assertThat(result.out()).contains("interrupted");
      assertThat(result.code()).isEqualTo(6);
    }
  }

  @Test
  void detachKeysLeaveTheContainerRunning() throws Exception {
    String name = name();
    try (Docker.Running running =
        start(
            cli("run", "-it", "--name", name, IMAGE, "sh", "-c", "echo ready; exec sleep 1000"))) {
      Until.logged(this, name, "ready");
      type(running, "\u0010\u0011");
      running.await();
      assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    }
  }

  @Test
  void aContainerCanBeAttachedAgain() throws Exception {
    String name = name();
    docker.ok("run", "-dit", "--name", name, IMAGE, "sh");
    try (Docker.Running running = start(cli("attach", name))) {
      type(running, "echo again-$((1+1))\n");
      Until.logged(this, name, "again-2");
      type(running, "exit 3\n");
      assertThat(running.await().code()).isEqualTo(3);
    }
  }

  @Test
  void startInteractively() throws Exception {
    String name = name();
    docker.ok("create", "-it", "--name", name, IMAGE, "sh");
    try (Docker.Running running = start(cli("start", "-ai", name))) {
      Until.running(this, name);
      type(running, "exit 8\n");
      assertThat(running.await().code()).isEqualTo(8);
    }
  }

  @Test
  void execHasATerminalOfItsOwn() throws IOException {
    String name = sleeper();
    Docker.Result result =
        script(
            "stty rows 21 cols 77; "
                + cli(
                    "exec",
                    "-it",
                    name,
                    "sh",
                    "-c",
                    "until stty size | grep -q '21 77'; do sleep 0.05; done; tty; echo $TERM; exit 9"));
    assertThat(result.out()).containsPattern("/dev/pts/\\d+").contains("xterm");
    assertThat(result.code()).isEqualTo(9);
  }

  @Test
  void resizeOverTheApi() {
    String name = name();
    docker.ok(
        "run",
        "-dt",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "until stty size | grep -q '12 34'; do sleep 0.05; done; echo resized; sleep 1000");
    Reply reply = wire.post("/containers/" + name + "/resize?h=12&w=34");
    assertThat(reply.status()).isEqualTo(200);
    Until.logged(this, name, "resized");
  }

  private String cli(String... arguments) {
    return String.join(" ", docker.command(arguments).stream().map(TerminalTest::quote).toList());
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private Docker.Result script(String line) throws IOException {
    try (Docker.Running running = start(line)) {
      return running.await();
    }
  }

  /**
   * {@code script} runs the line on a terminal of its own and ends with its code. The line sits in
   * a file, since script passes it to a shell.
   */
  private Docker.Running start(String line) throws IOException {
    Path file = Files.createTempFile(directory, "line", ".sh");
    Files.writeString(file, line + "\n");
    return Docker.launch(List.of("script", "-qec", "sh " + file, "/dev/null"));
  }

  private static void type(Docker.Running running, String keys) throws IOException {
    running.process().getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
    running.process().getOutputStream().flush();
  }
}
