package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker logs} by the CLI, and the frames of its stream on the wire. */
final class LogsTest extends Conformance {
  private static final String STAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z ";
  private static final int LONGEST_LINE = 16 * 1024;

  @Test
  void bothOutputsComeBackApart() {
    Docker.Result logs =
        docker.run("logs", ended("echo o1; echo e1 >&2; echo o2; printf unfinished"));
    assertThat(logs.out()).isEqualTo("o1\no2\nunfinished");
    assertThat(logs.err()).isEqualTo("e1\n");
    assertThat(logs.code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"all,1..9", "0,''", "1,9", "3,7..9", "100,1..9", "-1,1..9", "abc,1..9"})
  void tailCountsLinesFromTheEnd(String tail, String lines) {
    String name = ended("seq 1 9");
    assertThat(docker.run("logs", "--tail", tail, name).out()).isEqualTo(expand(lines));
  }

  @Test
  void timestampsHaveNineDigits() {
    String name = ended("echo one; echo two");
    Docker.Result logs = docker.run("logs", "-t", name);
    assertThat(logs.lines()).hasSize(2).allMatch(line -> line.matches(STAMP + "(one|two)"));
    Instant stamp = Instant.parse(logs.lines().getFirst().split(" ", 2)[0]);
    assertThat(stamp)
        .isBetween(Instant.parse(inspect(name).get("Created").asText()), Instant.now());
  }

  @Test
  void sinceAndUntilCutByTheLinesTime() {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "-i",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "for i in 1 2 3; do echo $i; sleep 0.3; done");
    docker.ok("wait", name);
    List<String> stamps =
        docker.run("logs", "-t", name).lines().stream().map(line -> line.split(" ", 2)[0]).toList();
    assertThat(docker.run("logs", "--since", stamps.get(1), name).out()).isEqualTo("2\n3\n");
    assertThat(docker.run("logs", "--until", stamps.get(1), name).out())
        .startsWith("1\n")
        .doesNotContain("3");
    assertThat(docker.run("logs", "--since", "2099-01-01", name).out()).isEmpty();
    assertThat(docker.run("logs", "--until", "2001-01-01T00:00:00Z", name).out()).isEmpty();
    assertThat(docker.run("logs", "--since", "1h", name).out()).isEqualTo("1\n2\n3\n");
    Instant second = Instant.parse(stamps.get(1));
    String since = "%d.%09d".formatted(second.getEpochSecond(), second.getNano());
    assertThat(Frame.text(logs(name, "stdout=1&since=" + since), Frame.STDOUT)).isEqualTo("2\n3\n");
  }

  @Test
  void followEndsWithTheContainer() {
    String name = name();
    docker.ok(
        "run", "-d", "-i", "--name", name, IMAGE, "sh", "-c", "echo first; read go; echo last");
    try (Docker.Running follow = docker.start("logs", "-f", name)) {
      docker.run("go\n".getBytes(StandardCharsets.UTF_8), "attach", name);
      Docker.Result result = follow.await();
      assertThat(result.out()).isEqualTo("first\nlast\n");
      assertThat(result.code()).isZero();
    }
  }

  @Test
  void followOfWhatEndedEndsAtOnce() {
    assertThat(docker.run("logs", "-f", "--tail", "1", ended("seq 1 3")).out()).isEqualTo("3\n");
  }

  @Test
  void followWithTailZeroShowsOnlyWhatComesNext() throws Exception {
    String name = name();
    docker.ok(
        "run",
        "-d",
        "--name",
        name,
        IMAGE,
        "sh",
        "-c",
        "trap 'echo next; exit' TERM; echo old; while :; do sleep 0.05; done");
    Until.logged(this, name, "old");
    try (Exchange logs =
        wire.open(
            "GET",
            "/containers/" + name + "/logs?stdout=1&follow=1&tail=0",
            Map.of(),
            new byte[0])) {
      assertThat(logs.status()).isEqualTo(200);
      docker.ok("kill", "-s", "TERM", name);
      InputStream chunks = logs.chunks();
      assertThat(Frame.read(chunks)).isEqualTo(new Frame(Frame.STDOUT, "next\n"));
      assertThat(chunks.read()).isEqualTo(-1);
    }
  }

  @Test
  void theHeadOfAFollowLeavesBeforeTheFirstLine() {
    String name = sleeper();
    try (Exchange logs =
        wire.open(
            "GET", "/containers/" + name + "/logs?stdout=1&follow=1", Map.of(), new byte[0])) {
      assertThat(logs.status()).isEqualTo(200);
      assertThat(logs.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    }
  }

  @Test
  void detailsComeBeforeEachLine() {
    String name = name();
    docker.run(
        "run",
        "--name",
        name,
        "--log-opt",
        "labels=tier",
        "--log-opt",
        "env=ZONE",
        "--label",
        "tier=web",
        "-e",
        "ZONE=a b",
        IMAGE,
        "echo",
        "x");
    assertThat(docker.run("logs", "--details", name).out())
        .matches("(ZONE=a(%20|\\+)b,tier=web|tier=web,ZONE=a(%20|\\+)b) x\n");
  }

  @Test
  void oneFrameALine() {
    String name = ended("printf 'a\\nbb\\n\\nccc'; echo e >&2");
    List<Frame> frames = logs(name, "stdout=1&stderr=1");
    assertThat(frames.stream().filter(frame -> frame.type() == Frame.STDOUT).map(Frame::text))
        .containsExactly("a\n", "bb\n", "\n", "ccc");
    assertThat(frames.stream().filter(frame -> frame.type() == Frame.STDERR).map(Frame::text))
        .containsExactly("e\n");
    assertThat(logs(name, "stderr=1")).containsExactly(new Frame(Frame.STDERR, "e\n"));
  }

  @Test
  void theTimestampIsPartOfTheFrame() {
    assertThat(logs(ended("echo a; echo b"), "stdout=1&timestamps=1"))
        .hasSize(2)
        .allMatch(frame -> frame.text().matches(STAMP + "[ab]\n"));
  }

  @Test
  void aLongLineIsCutAtSixteenKibibytes() {
    List<Frame> frames = logs(ended("head -c 40000 /dev/zero | tr '\\0' x; echo"), "stdout=1");
    assertThat(frames.stream().map(frame -> frame.text().length()))
        .containsExactly(LONGEST_LINE, LONGEST_LINE, 40_001 - 2 * LONGEST_LINE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "yes", "True"})
  void truthIsWrittenInManyWays(String truth) {
    assertThat(logs(ended("echo a"), "stdout=" + truth)).hasSize(1);
  }

  @Test
  void aTerminalsLogIsRaw() {
    String name = name();
    docker.ok("run", "-d", "-t", "--name", name, IMAGE, "sh", "-c", "echo a; echo b >&2");
    docker.ok("wait", name);
    Reply reply = wire.get("/containers/" + name + "/logs?stdout=1");
    assertThat(reply.text()).isEqualTo("a\r\nb\r\n");
  }

  @Test
  void theContentTypeTellsFramesFromRawBytes() {
    Reply reply = wire.get("/containers/" + ended("echo a") + "/logs?stdout=1");
    // 20.10 sent none; 23 and newer say multiplexed from API 1.42 on.
    if (EngineUnderTest.speaks("1.42")) {
      assertThat(reply.header("content-type"))
          .isEqualTo("application/vnd.docker.multiplexed-stream");
    }
    assertThat(reply.status()).isEqualTo(200);
  }

  @Test
  void thousandsOfLinesComeBackInOrder() {
    String name = ended("seq 1 20000");
    assertThat(docker.run("logs", name).out()).isEqualTo(expand("1..20000"));
    assertThat(docker.run("logs", "--tail", "5000", name).out()).isEqualTo(expand("15001..20000"));
  }

  @Test
  void everyLifeAppendsToTheSameLog() {
    String name = ended("echo life");
    docker.run("start", "-a", name);
    assertThat(docker.run("logs", name).out()).isEqualTo("life\nlife\n");
  }

  @Test
  void whatNeverRanHasAnEmptyLog() {
    assertThat(docker.run("logs", created("true")))
        .satisfies(logs -> assertThat(logs.out() + logs.err()).isEmpty());
  }

  @Test
  void binaryOutputComesBackAsItWas() {
    String name = ended("printf 'a\\0b\\377\\n\\001\\000\\000\\000\\000\\000\\000\\005forge\\n'");
    byte[] body = wire.get("/containers/" + name + "/logs?stdout=1").body();
    assertThat(Frame.all(body)).hasSize(2);
    byte[] first = Arrays.copyOfRange(body, 8, 13);
    assertThat(first).containsExactly('a', 0, 'b', 0xff, '\n');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--log-opt colour=red|unknown log opt 'colour' for json-file log driver",
        "--log-driver local --log-opt colour=red|unknown log opt 'colour' for log driver local",
        "--log-driver nosuch|logger: no log driver named 'nosuch' is registered",
        "--log-opt mode=lossy|logger: logging mode not supported: lossy"
      })
  void whatNoDriverKnowsIsRefusedAtCreation(String options, String message) {
    Docker.Result create =
        docker.run(
            Stream.concat(
                    Stream.of("create", "--name", name()),
                    Stream.concat(Stream.of(options.split(" ")), Stream.of(IMAGE, "true")))
                .toArray(String[]::new));
    assertThat(create.code()).isEqualTo(1);
    assertThat(create.err()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--log-opt max-size=0|max-size must be a positive number",
        "--log-opt max-file=0|max-file cannot be less than 1",
        "--log-opt compress=true|compress cannot be true when max-file is less than 2 or max-size is not set",
        "--log-driver local --log-opt max-file=1|compression cannot be enabled when max file count is 1"
      })
  void valuesThatMakeNoSenseFailTheStart(String options, String message) {
    Docker.Result run =
        docker.run(
            Stream.concat(
                    Stream.of("run", "--name", name()),
                    Stream.concat(Stream.of(options.split(" ")), Stream.of(IMAGE, "true")))
                .toArray(String[]::new));
    assertThat(run.code()).isEqualTo(125);
    assertThat(run.err()).contains("failed to initialize logging driver: " + message);
  }

  @Test
  void noneKeepsNothing() {
    String name = name();
    assertThat(docker.run("run", "--name", name, "--log-driver", "none", IMAGE, "echo", "x").out())
        .isEqualTo("x\n");
    Docker.Result logs = docker.run("logs", name);
    assertThat(logs.code()).isEqualTo(1);
    assertThat(logs.err()).contains("configured logging driver does not support reading");
  }

  @Test
  void detailsCanBeChosenByExpression() {
    String name = name();
    docker.run(
        "run",
        "--name",
        name,
        "--log-opt",
        "labels-regex=^ti",
        "--log-opt",
        "tag={{.Name}}",
        "--label",
        "tier=web",
        IMAGE,
        "echo",
        "x");
    assertThat(docker.run("logs", "--details", name).out())
        .isEqualTo("tag=" + name + ",tier=web x\n");
  }

  private List<Frame> logs(String name, String query) {
    Reply reply = wire.get("/containers/" + name + "/logs?" + query);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return Frame.all(reply.body());
  }

  private static String expand(String lines) {
    if (lines.isEmpty()) {
      return "";
    }
    String[] bounds = lines.split("\\.\\.", -1);
    StringBuilder all = new StringBuilder();
    for (int i = Integer.parseInt(bounds[0]);
        i <= Integer.parseInt(bounds[bounds.length - 1]);
        i++) {
      all.append(i).append('\n');
    }
    return all.toString();
  }
}
