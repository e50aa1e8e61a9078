package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import dev.varve.gateway.fake.FakeContainers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The docker command line itself. {@code ./varve test} brings one where none is installed. */
class CommandLineTest extends EngineTest {

  private record Result(int code, String out, String err) {}

  private Result docker(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("DOCKER_HOST", "unix://" + engine.socket());
    builder.environment().put("DOCKER_CONFIG", directory.resolve("config").toString());
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It may end before it has read all.
    }
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("docker " + String.join(" ", arguments) + " hangs");
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void negotiatesAndNamesTheServer() throws Exception {
    Result result = docker("", "version", "--format", "{{.Server.Version}} {{.Server.APIVersion}}");
    assertThat(result.out()).isEqualTo("0.1.0 1.51\n");
  }

  @Test
  void saysThatThereIsNoSuchPlugin() throws Exception {
    for (String change : List.of("rm", "enable", "disable", "inspect", "upgrade")) {
      Result result = docker("", "plugin", change, "a/b:1");
      assertThat(result.code()).as(change).isEqualTo(1);
      assertThat(result.err()).as(change).contains("plugin \"a/b:1\" not found");
    }
  }

  @Test
  void runsInTheForeground() throws Exception {
    Result result = docker("to and fro\n", "run", "-i", "busybox", "cat");
    assertThat(result.out()).isEqualTo("to and fro\n");
    assertThat(result.err()).isEqualTo("11 bytes\n");
    assertThat(result.code()).isEqualTo(7);
    assertThat(engine.containers().created().getConfig().getOpenStdin()).isTrue();
  }

  @Test
  void execs() throws Exception {
    addContainer(false);
    Result result = docker("x", "exec", "-i", "web", "cat", "-");
    assertThat(result.out()).isEqualTo("x");
    assertThat(result.code()).isEqualTo(3);
  }

  @Test
  void pullsWhatIsMissing() throws Exception {
    Result result = docker("", "run", "nope", "true");
    assertThat(result.code()).isEqualTo(125);
    assertThat(result.err()).contains("nope:latest not found: manifest unknown: manifest unknown");
  }

  @Test
  void loadsAndSaves() throws Exception {
    assertThat(docker("archive", "load").out()).contains("Loaded 7 bytes");
    assertThat(docker("corrupt", "load").err()).contains("invalid tar header");
    Path archive = directory.resolve("archive");
    assertThat(docker("", "save", "-o", archive.toString(), "busybox").code()).isZero();
    assertThat(archive).isNotEmptyFile();
  }

  @Test
  void listsInspectsAndReadsLogs() throws Exception {
    addContainer(false);
    assertThat(docker("", "ps", "--format", "{{.Names}} {{.Image}}").out())
        .isEqualTo("web busybox\n");
    assertThat(docker("", "inspect", "-f", "{{.State.Status}}", "web").out())
        .isEqualTo("running\n");
    Result logs = docker("", "logs", "-t", "web");
    assertThat(logs.out()).isEqualTo("2023-11-14T22:13:20.000000000Z out\n");
    assertThat(logs.err()).isEqualTo("2023-11-14T22:13:20.000000005Z err\n");
    assertThat(docker("", "images", "-q", "--no-trunc").out()).startsWith("sha256:bbbb");
    assertThat(docker("", "network", "ls", "--format", "{{.Name}}").out()).isEqualTo("bridge\n");
  }

  /** As after a new build under the same name, and after the name was taken away. */
  @Test
  void listsByIdWhoseImageHasLostItsName() throws Exception {
    for (String name : List.of("busybox", "gone")) {
      engine
          .containers()
          .add(
              Container.newBuilder()
                  .setId(FakeContainers.ID)
                  .setName("web")
                  .setImageId("sha256:" + "c".repeat(64))
                  .setConfig(Config.newBuilder().setImage(name))
                  .setState(State.newBuilder().setStatus(Status.STATUS_RUNNING).setPid(1))
                  .build());
      assertThat(docker("", "ps", "--format", "{{.Image}}").out()).isEqualTo("cccccccccccc\n");
    }
  }
}
