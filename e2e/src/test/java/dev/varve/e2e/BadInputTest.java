package dev.varve.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's status and text, and an engine that goes on. */
@EndToEnd
final class BadInputTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docker inspect nothing | 1 | No such object: nothing",
        "docker start nothing | 1 | No such container: nothing",
        "docker logs nothing | 1 | No such container: nothing",
        "docker rm nothing | 1 | No such container: nothing",
        "docker rmi nothing | 1 | No such image: nothing",
        "docker tag nothing other | 1 | No such image: nothing",
        "docker save nothing | 1 | nothing",
        "docker create --pull never nothing | 1 | No such image: nothing",
        "docker create --name taken busybox | 1 | The container name \"/taken\" is already in use",
        "docker create --name _ busybox | 1 | Invalid container name (_)",
        "docker create --name 'a b' busybox | 1 | Invalid container name (a b)",
        "docker kill -s NOSUCH taken | 1 | NOSUCH",
        "docker kill taken | 1 | is not running",
        "docker exec taken true | 1 | is not running",
        "docker rename taken '' | 1 | name",
        "docker ps --filter status=odd | 1 | status",
        "docker ps --filter odd=1 | 1 | odd",
        "docker run --rm -u no-such-user busybox true | 125,126 | no-such-user",
        "docker run --rm --network odd busybox true | 125 | odd",
      })
  void refused(String line, String codes, String text, Docker docker) {
    docker.ok("create", "--name", "taken", "busybox");
    Shell.Result result = docker.shell(line);
    assertThat(codes.split(",")).contains(String.valueOf(result.exit()));
    assertThat(result.err()).contains(text);
    assertThat(docker.ok("ps", "-aq").lines()).hasSize(1);
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "alive")).isEqualTo("alive");
  }

  @Test
  void ambiguousPrefix(Docker docker) {
    // Seventeen containers cannot all begin with different hexadecimal digits.
    java.util.Map<Character, Integer> first = new java.util.HashMap<>();
    for (int i = 0; i < 17; i++) {
      first.merge(docker.ok("create", "busybox").charAt(0), 1, Integer::sum);
    }
    char digit =
        first.entrySet().stream().filter(e -> e.getValue() > 1).findFirst().orElseThrow().getKey();
    Shell.Result result = docker.run("start", String.valueOf(digit));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .containsIgnoringCase("multiple IDs found with provided prefix: " + digit);
  }

  @Test
  void anArchiveThatIsNone(Docker docker, @TempDir Path directory) throws IOException {
    String before = docker.ok("images", "-aq");
    Path file = directory.resolve("odd.tar");
    Files.writeString(file, "this is no archive\n".repeat(1000));
    assertThat(docker.run("load", "-i", file.toString()).exit()).isEqualTo(1);
    assertThat(docker.ok("images", "-aq")).isEqualTo(before);
  }

  @Test
  void anArchiveThatEndsTooEarly(Docker docker, @TempDir Path directory) throws IOException {
    Path file = directory.resolve("busybox.tar");
    docker.ok("save", "-o", file.toString(), "busybox");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    String before = docker.ok("images", "-aq");
    assertThat(docker.run("load", "-i", file.toString()).exit()).isEqualTo(1);
    assertThat(docker.ok("images", "-aq")).isEqualTo(before);
    assertThat(docker.ok("run", "--rm", "busybox", "echo", "alive")).isEqualTo("alive");
  }
}
