package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker run} and its flags, without a terminal. */
final class RunTest extends Conformance {
  @Test
  void foregroundKeepsTheTwoOutputsApart() {
    Docker.Result result = shell("echo out; echo err >&2; printf end");
    assertThat(result.out()).isEqualTo("out\nend");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void detachedPrintsTheIdAndReturnsWhileTheContainerRuns() {
    String name = name();
    String id = docker.ok("run", "-d", "--name", name, IMAGE, "sleep", "1000");
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    assertThat(idOf(name)).isEqualTo(id);
  }

  @Test
  void theImagesCommandReadsItsScriptFromStandardInput() {
    Docker.Result result =
        docker.run(
            "echo from stdin".getBytes(StandardCharsets.UTF_8),
            "run",
            "--rm",
            "-i",
            "--name",
            name(),
            IMAGE);
    assertThat(result.out()).isEqualTo("from stdin\n");
  }

  @Test
  void outputGoesOnAfterStandardInputEnded() {
    Docker.Result result =
        docker.run(
            "ignored".getBytes(StandardCharsets.UTF_8),
            "run",
            "--rm",
            "-i",
            "--name",
            name(),
            IMAGE,
            "sh",
            "-c",
            "wc -c; echo after");
    assertThat(result.out()).isEqualTo("7\nafter\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void anyBytesPassThroughUnchanged() {
    byte[] bytes = new byte[700_001];
    new Random(20260801).nextBytes(bytes);
    Docker.Result result = docker.run(bytes, "run", "--rm", "-i", "--name", name(), IMAGE, "cat");
    assertThat(result.bytes()).isEqualTo(bytes);
  }

  @Test
  void standardInputIsEmptyWithoutTheFlag() {
    Docker.Result result =
        docker.run(
            "lost".getBytes(StandardCharsets.UTF_8), "run", "--rm", "--name", name(), IMAGE, "cat");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void muchOutputArrivesWhole() {
    Docker.Result result = shell("seq 1 60000; seq 1 30000 >&2");
    assertThat(result.lines()).hasSize(60_000).endsWith("60000");
    assertThat(result.err().lines()).hasSize(30_000).endsWith("30000");
  }

  @Test
  void rmLeavesNothingBehind() {
    String name = name();
    docker.ok("run", "--rm", "--name", name, IMAGE, "true");
    assertThat(wire.get("/containers/" + name + "/json").status()).isEqualTo(404);
  }

  @Test
  void withoutRmTheContainerStays() {
    String name = name();
    docker.run("run", "--name", name, IMAGE, "sh", "-c", "exit 4");
    assertThat(inspect(name).at("/State/Status").asText()).isEqualTo("exited");
    assertThat(inspect(name).at("/State/ExitCode").asInt()).isEqualTo(4);
  }

  @Test
  void aNameIsGeneratedWhereNoneIsGiven() {
    String id = remove(docker.ok("create", IMAGE));
    assertThat(inspect(id).get("Name").asText()).matches("/[a-z]+_[a-z]+[0-9]?");
  }

  @Test
  void theCidFileHoldsTheId(@TempDir Path directory) throws IOException {
    String name = name();
    Path file = directory.resolve("cid");
    docker.ok("create", "--name", name, "--cidfile", file.toString(), IMAGE);
    assertThat(Files.readString(file)).isEqualTo(idOf(name));
  }

  @Test
  void environmentIsTheImagesThenTheEnginesThenTheUsers() {
    String env =
        docker.ok(
            "run",
            "--rm",
            "--name",
            name(),
            "-e",
            "A=1",
            "-e",
            "B=",
            "-e",
            "PATH=/bin:/x",
            "-e",
            "C=a b=c",
            IMAGE,
            "env");
    assertThat(env.lines())
        .contains("A=1", "B=", "PATH=/bin:/x", "HOME=/root", "C=a b=c")
        .anyMatch(line -> line.matches("HOSTNAME=[0-9a-f]{12}"));
    assertThat(env.lines().filter(line -> line.startsWith("PATH="))).hasSize(1);
    assertThat(env.lines().filter(line -> line.startsWith("TERM="))).isEmpty();
  }

  @Test
  void theUsersHomeIsNotOverridden() {
    assertThat(
            docker.ok(
                "run", "--rm", "--name", name(), "-e", "HOME=/x", IMAGE, "sh", "-c", "echo $HOME"))
        .isEqualTo("/x");
  }

  @Test
  void theWorkingDirectoryIsMade() {
    assertThat(
            docker.ok(
                "run",
                "--rm",
                "--name",
                name(),
                "-w",
                "/new/deep/dir",
                IMAGE,
                "sh",
                "-c",
                "pwd; stat -c '%u:%g %a' ."))
        .isEqualTo("/new/deep/dir\n0:0 755");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | uid=0(root) gid=0(root) groups=0(root)",
        "root | uid=0(root) gid=0(root) groups=0(root)",
        "1000 | uid=1000 gid=0(root) groups=0(root)",
        "1000:1001 | uid=1000 gid=1001 groups=1001",
        "nobody | uid=65534(nobody) gid=65534(nogroup) groups=50(staff),65534(nogroup)",
        "65534 | uid=65534(nobody) gid=65534(nogroup) groups=50(staff),65534(nogroup)",
        "nobody:daemon | uid=65534(nobody) gid=1(daemon) groups=1(daemon)",
        "daemon:2 | uid=1(daemon) gid=2 groups=2",
        "2147483647 | uid=2147483647 gid=0(root) groups=0(root)",
      })
  void userAndGroupsComeFromTheImagesFiles(String user, String id) {
    assertThat(docker.ok("run", "--rm", "--name", name(), "-u", user, IMAGE, "id")).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({"root,/root", "nobody,/", "1000,/"})
  void homeFollowsTheUser(String user, String home) {
    assertThat(
            docker.ok("run", "--rm", "--name", name(), "-u", user, IMAGE, "sh", "-c", "echo $HOME"))
        .isEqualTo(home);
  }

  @Test
  void theEntrypointReplacesTheImagesAndDropsItsCommand() {
    assertThat(docker.ok("run", "--rm", "--name", name(), "--entrypoint", "echo", IMAGE)).isEmpty();
    assertThat(
            docker.ok("run", "--rm", "--name", name(), "--entrypoint", "echo", IMAGE, "a", "b c"))
        .isEqualTo("a b c");
    assertThat(docker.ok("run", "--rm", "--name", name(), "--entrypoint", "", IMAGE, "echo", "x"))
        .isEqualTo("x");
  }

  @Test
  void argumentsReachTheProcessUnchanged() {
    String[] odd = {"", " ", "a b", "$HOME", "*", "\"", "'", "ü", "--", "\\n"};
    String[] arguments = new String[odd.length + 7];
    System.arraycopy(
        new String[] {"run", "--rm", "--name", name(), IMAGE, "printf", "[%s]"},
        0,
        arguments,
        0,
        7);
    System.arraycopy(odd, 0, arguments, 7, odd.length);
    assertThat(docker.run(arguments).out()).isEqualTo("[][ ][a b][$HOME][*][\"]['][ü][--][\\n]");
  }

  @Test
  void theHostNameIsTheShortIdOrTheOneGiven() {
    String name = name();
    assertThat(docker.ok("run", "--name", name, IMAGE, "hostname"))
        .isEqualTo(idOf(name).substring(0, 12));
    String given =
        docker.ok(
            "run",
            "--rm",
            "--name",
            name(),
            "--hostname",
            "web.example.org",
            IMAGE,
            "sh",
            "-c",
            "hostname; cat /etc/hostname; echo $HOSTNAME");
    assertThat(given.lines())
        .containsExactly("web.example.org", "web.example.org", "web.example.org");
  }

  @Test
  void labelsAreKept() {
    String name = name();
    docker.ok(
        "create",
        "--name",
        name,
        "--label",
        "a=b",
        "--label",
        "empty",
        "--label",
        "x.y/z=1=2",
        IMAGE);
    assertThat(inspect(name).at("/Config/Labels").toString())
        .isEqualTo("{\"a\":\"b\",\"empty\":\"\",\"x.y/z\":\"1=2\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "host", "bridge"})
  void networksStartWithALoopback(String network) {
    String links =
        docker.ok(
            "run", "--rm", "--name", name(), "--network", network, IMAGE, "ls", "/sys/class/net");
    assertThat(links.lines()).contains("lo");
    switch (network) {
      case "none" -> assertThat(links).isEqualTo("lo");
      case "bridge" -> assertThat(links.lines()).contains("eth0");
      default -> assertThat(inspectedMode(network)).isEqualTo(network);
    }
  }

  private String inspectedMode(String network) {
    String name = name();
    docker.ok("create", "--name", name, "--network", network, IMAGE);
    return inspect(name).at("/HostConfig/NetworkMode").asText();
  }
}
