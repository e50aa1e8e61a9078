package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attach and exec on the wire: the upgrade, the frames, the half-closed socket. */
final class HijackTest extends Conformance {
  private static final String STREAMS = "?stream=1&stdin=1&stdout=1&stderr=1";
  private static final String RAW = "application/vnd.docker.raw-stream";
  private static final String FRAMED = "application/vnd.docker.multiplexed-stream";

  @Test
  void attachUpgradesWithExactlyTheseHeaders() {
    String name = interactive("cat");
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      assertUpgraded(attach);
      assertThat(attach.headers().keySet())
          .containsExactlyInAnyOrder("content-type", "connection", "upgrade");
    }
  }

  @Test
  void attachIsLiveBeforeTheStartAndFramed() {
    String name = interactive("sh", "-c", "cat; echo done >&2; exit 3");
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      docker.ok("start", name);
      attach.write("hello\n");
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "hello\n"));
      attach.write("again\n");
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "again\n"));
      attach.halfClose();
      assertThat(Frame.all(attach.rest())).containsExactly(new Frame(Frame.STDERR, "done\n"));
    }
    assertThat(docker.ok("wait", name)).isEqualTo("3");
  }

  /**
   * dockerd drops what arrived together with the request's head; a client on a fast link loses its
   * first line there.
   */
  @Test
  void bytesThatFollowTheRequestAreNotLost() {
    EngineUnderTest.supposedNew("it drops them");
    String name = interactive("cat");
    docker.ok("start", name);
    try (Exchange attach =
        wire.upgradeAndWrite("/containers/" + name + "/attach" + STREAMS, "early\n")) {
      assertUpgraded(attach);
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "early\n"));
    }
  }

  @Test
  void withoutAnUpgradeTheAnswerIsAPlainStream() {
    String name = created("sh", "-c", "echo o; echo e >&2");
    try (Exchange attach =
        wire.open(
            "POST",
            "/containers/" + name + "/attach?stream=1&stdout=1&stderr=1",
            Map.of("Connection", "keep-alive"),
            new byte[0])) {
      assertThat(attach.status()).isEqualTo(200);
      assertThat(attach.headers())
          .doesNotContainKeys("content-length", "transfer-encoding", "upgrade");
      assertThat(attach.header("content-type")).isEqualTo(RAW);
      docker.ok("start", name);
      assertOutputs(Frame.all(attach.rest()), "o\n", "e\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.24", "1.32", "1.41"})
  void olderClientsAreToldRaw(String version) {
    String name = created("true");
    try (Exchange attach =
        wire.upgrade("/v" + version + "/containers/" + name + "/attach?stream=1&stdout=1", "")) {
      assertThat(attach.status()).isEqualTo(101);
      assertThat(attach.header("content-type")).isEqualTo(RAW);
    }
  }

  @Test
  void aTerminalIsRawBytes() {
    String name = name();
    docker.ok("create", "-it", "--name", name, IMAGE, "sh", "-c", "echo out; echo err >&2");
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      assertThat(attach.header("content-type")).isEqualTo(RAW);
      docker.ok("start", name);
      assertThat(new String(attach.rest(), StandardCharsets.UTF_8)).isEqualTo("out\r\nerr\r\n");
    }
  }

  /** The CLI looks for the keys itself; other clients rely on the engine. */
  @Test
  void detachKeysEndTheStreamOfATerminal() {
    String since = now();
    String name = name();
    docker.ok("run", "-dit", "--name", name, IMAGE, "sleep", "1000");
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      attach.write("\u0010\u0011");
      attach.rest();
      assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
    }
    // The event is published behind the client's back.
    await().until(() -> actions(name, since).contains("detach"));
  }

  @Test
  void logsAreReplayedForWhatEnded() {
    String name = ended("echo o; echo e >&2");
    try (Exchange attach =
        wire.upgrade("/containers/" + name + "/attach?logs=1&stdout=1&stderr=1", "")) {
      assertOutputs(Frame.all(attach.rest()), "o\n", "e\n");
    }
  }

  @Test
  void logsComeBeforeTheLiveStream() {
    String name = name();
    docker.ok("run", "-d", "-i", "--name", name, IMAGE, "sh", "-c", "echo past; cat");
    Until.logged(this, name, "past");
    try (Exchange attach =
        wire.upgrade("/containers/" + name + "/attach?logs=1&stream=1&stdin=1&stdout=1", "")) {
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "past\n"));
      attach.write("live\n");
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "live\n"));
    }
  }

  @Test
  void severalClientsSeeTheSameOutput() {
    String name = interactive("cat");
    docker.ok("start", name);
    try (Exchange one = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "");
        Exchange two = wire.upgrade("/containers/" + name + "/attach?stream=1&stdout=1", "")) {
      one.write("shared\n");
      assertThat(Frame.read(one.raw())).isEqualTo(new Frame(Frame.STDOUT, "shared\n"));
      assertThat(Frame.read(two.raw())).isEqualTo(new Frame(Frame.STDOUT, "shared\n"));
    }
  }

  @Test
  void aClientThatGoesAwayLeavesTheContainerRunning() {
    String name = name();
    docker.ok("run", "-d", "-i", "--name", name, IMAGE, "cat");
    wire.upgrade("/containers/" + name + "/attach?stream=1&stdout=1&stderr=1", "").close();
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      attach.write("still\n");
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "still\n"));
    }
    assertThat(inspect(name).at("/State/Running").asBoolean()).isTrue();
  }

  @Test
  void attachErrorsComeBeforeTheUpgrade() {
    try (Exchange attach = wire.upgrade("/containers/cf-missing/attach?stream=1&stdout=1", "")) {
      assertThat(attach.status()).isEqualTo(404);
      assertThat(new String(attach.rest(), StandardCharsets.UTF_8))
          .contains("No such container: cf-missing");
    }
  }

  @Test
  void aWebSocketCarriesBareBytes() throws IOException {
    String name = interactive("cat");
    docker.ok("start", name);
    Map<String, String> opening =
        Map.of(
            "Connection", "Upgrade",
            "Upgrade", "websocket",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version", "13",
            "Origin", "http://docker");
    try (Exchange socket =
        wire.open("GET", "/containers/" + name + "/attach/ws" + STREAMS, opening, new byte[0])) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      // A masked binary message of three bytes; the mask is nothing.
      socket.write(new byte[] {(byte) 0x82, (byte) 0x83, 0, 0, 0, 0, 'h', 'i', '\n'});
      assertThat(socket.raw().readNBytes(5)).containsExactly(0x82, 3, 'h', 'i', '\n');
    }
  }

  @Test
  void keysThatAreNoneAreRefused() {
    String name = sleeper();
    try (Exchange attach =
        wire.upgrade("/containers/" + name + "/attach?stream=1&stdout=1&detachKeys=nokey", "")) {
      assertThat(new String(attach.rest(), StandardCharsets.UTF_8))
          .contains("Invalid detach keys (nokey) provided");
    }
  }

  @Test
  void anExecEndsWithItsProgramWhoeverHoldsItsOutput() {
    String name = sleeper();
    assertThat(docker.run("exec", name, "sh", "-c", "sleep 1000 & echo hi").out())
        .isEqualTo("hi\n");
  }

  @Test
  void execUpgradesAndFrames() {
    String id =
        exec(
            sleeper(),
            "{\"Cmd\":[\"sh\",\"-c\",\"echo o; echo e >&2; exit 5\"],\"AttachStdout\":true,\"AttachStderr\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{}")) {
      assertUpgraded(start);
      assertOutputs(Frame.all(start.rest()), "o\n", "e\n");
    }
    assertThat(wire.get("/exec/" + id + "/json").json().get("ExitCode").asInt()).isEqualTo(5);
  }

  @Test
  void execWithoutAnUpgrade() {
    String id = exec(sleeper(), "{\"Cmd\":[\"echo\",\"x\"],\"AttachStdout\":true}");
    try (Exchange start =
        wire.open(
            "POST",
            "/exec/" + id + "/start",
            Map.of("Connection", "keep-alive", "Content-Type", "application/json"),
            "{}".getBytes(StandardCharsets.UTF_8))) {
      assertThat(start.status()).isEqualTo(200);
      assertThat(start.header("content-type")).isEqualTo(RAW);
      assertThat(Frame.all(start.rest())).containsExactly(new Frame(Frame.STDOUT, "x\n"));
    }
  }

  @Test
  void execHalfClose() {
    String id =
        exec(
            sleeper(),
            "{\"Cmd\":[\"sh\",\"-c\",\"cat; echo end\"],\"AttachStdin\":true,\"AttachStdout\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{}")) {
      start.write("abc\n");
      assertThat(Frame.read(start.raw())).isEqualTo(new Frame(Frame.STDOUT, "abc\n"));
      start.halfClose();
      assertThat(Frame.text(Frame.all(start.rest()), Frame.STDOUT)).isEqualTo("end\n");
    }
  }

  @Test
  void theInputOfAnExecEndsWithItsClient() {
    String id =
        exec(
            sleeper(),
            "{\"Cmd\":[\"sh\",\"-c\",\"cat; exit 6\"],\"AttachStdin\":true,\"AttachStdout\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{}")) {
      start.write("abc\n");
      assertThat(Frame.read(start.raw())).isEqualTo(new Frame(Frame.STDOUT, "abc\n"));
    }
    await().until(() -> wire.get("/exec/" + id + "/json").json().get("ExitCode").asInt() == 6);
  }

  /** What the CLI gives to "docker run -i". */
  @Test
  void theInputOfAContainerEndsWithTheClientThatItIsFor() {
    String name = interactive("sh", "-c", "cat; exit 6");
    try (Exchange attach = wire.upgrade("/containers/" + name + "/attach" + STREAMS, "")) {
      docker.ok("start", name);
      attach.write("abc\n");
      assertThat(Frame.read(attach.raw())).isEqualTo(new Frame(Frame.STDOUT, "abc\n"));
    }
    assertThat(docker.ok("wait", name)).isEqualTo("6");
  }

  @Test
  void execOnATerminalIsRaw() {
    String id =
        exec(
            sleeper(),
            "{\"Cmd\":[\"sh\",\"-c\",\"tty; echo e >&2\"],\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{\"Tty\":true}")) {
      assertThat(start.header("content-type")).isEqualTo(RAW);
      assertThat(new String(start.rest(), StandardCharsets.UTF_8))
          .matches("/dev/pts/\\d+\r\ne\r\n");
    }
  }

  @Test
  void anExecThatCannotStartSaysSoInTheStream() {
    String id = exec(sleeper(), "{\"Cmd\":[\"nope\"],\"AttachStdout\":true,\"AttachStderr\":true}");
    try (Exchange start = wire.upgrade("/exec/" + id + "/start", "{}")) {
      assertThat(start.status()).isEqualTo(101);
      assertThat(Frame.text(Frame.all(start.rest()), Frame.STDOUT))
          .startsWith("OCI runtime exec failed")
          .endsWith("\r\n");
    }
  }

  private static void assertUpgraded(Exchange exchange) {
    assertThat(exchange.status()).isEqualTo(101);
    assertThat(exchange.reason()).isEqualTo("UPGRADED");
    assertThat(exchange.header("connection")).isEqualTo("Upgrade");
    assertThat(exchange.header("upgrade")).isEqualTo("tcp");
    assertThat(exchange.header("content-type"))
        .isEqualTo(EngineUnderTest.speaks("1.42") ? FRAMED : RAW);
  }

  private static void assertOutputs(List<Frame> frames, String out, String err) {
    assertThat(Frame.text(frames, Frame.STDOUT)).isEqualTo(out);
    assertThat(Frame.text(frames, Frame.STDERR)).isEqualTo(err);
  }

  private String interactive(String... command) {
    String name = name();
    String[] arguments = new String[command.length + 5];
    System.arraycopy(new String[] {"create", "-i", "--name", name, IMAGE}, 0, arguments, 0, 5);
    System.arraycopy(command, 0, arguments, 5, command.length);
    docker.ok(arguments);
    return name;
  }

  private String exec(String name, String json) {
    Reply reply = wire.post("/containers/" + name + "/exec", json);
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().get("Id").asText();
  }
}
