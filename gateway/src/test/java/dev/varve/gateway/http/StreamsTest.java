package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.varve.gateway.fake.FakeContainers;
import dev.varve.gateway.fake.FakeImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsTest extends EngineTest {
  private static final String ATTACH =
      "/containers/" + FakeContainers.ID + "/attach?stream=1&stdin=1&stdout=1&stderr=1";
  private static final String[] UPGRADE = {"Connection: Upgrade", "Upgrade: tcp"};

  @Test
  void attachCarriesBytesBothWaysInFrames() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      String head = client.request("POST /v1.44" + ATTACH, UPGRADE).untilContains("\r\n\r\n");
      assertThat(head)
          .startsWith("HTTP/1.1 101 UPGRADED\r\n")
          .contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n")
          .endsWith("\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      client.send("one").untilContains("\1\0\0\0\0\0\0\3one");
      client.send("two").untilContains("\1\0\0\0\0\0\0\3two");
      assertThat(client.endInput().untilEnd()).endsWith("\2\0\0\0\0\0\0\u00086 bytes\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1.41, true, false, 101 UPGRADED, raw-stream",
    "/v1.42, true, false, 101 UPGRADED, multiplexed-stream",
    "/v1.42, false, false, 200 OK, raw-stream",
    "/v1.42, true, true, 101 UPGRADED, raw-stream",
  })
  void theTypeOfTheStreamDependsOnVersionUpgradeAndTerminal(
      String version, boolean upgrade, boolean tty, String status, String type) throws Exception {
    addContainer(tty);
    try (RawClient client = connect()) {
      client.request("POST " + version + ATTACH, upgrade ? UPGRADE : new String[0]);
      assertThat(client.untilContains("\r\n\r\n"))
          .startsWith("HTTP/1.1 " + status + "\r\n")
          .contains("Content-Type: application/vnd.docker." + type + "\r\n");
    }
  }

  @Test
  void aTerminalIsNotFramed() throws Exception {
    addContainer(true);
    try (RawClient client = connect()) {
      client.request("POST " + ATTACH, UPGRADE).send("abc").endInput();
      assertThat(client.untilEnd()).endsWith("\r\n\r\nabc3 bytes\n");
    }
  }

  @Test
  void bytesRightBehindTheRequestAreNotLost() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      client.send(
          "POST " + ATTACH + " HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\nGET / HTTP/1.1\r\n\r\n");
      assertThat(client.endInput().untilEnd())
          .contains("GET / HTTP/1.1\r\n\r\n")
          .endsWith("18 bytes\n");
    }
  }

  @Test
  void execStartReadsItsBodyAndLeavesTheRestToTheProcess() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      String body = "{\"Detach\":false,\"Tty\":false}";
      client.send(
          "POST /exec/e/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nContent-Type: application/json"
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body
              + "stdin");
      assertThat(client.endInput().untilEnd())
          .startsWith("HTTP/1.1 101 UPGRADED")
          .contains("\1\0\0\0\0\0\0\5stdin")
          .endsWith("5 bytes\n");
    }
  }

  @Test
  void whoReadsAClientsInputEndsWithTheStream() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      client.request("POST " + ATTACH, UPGRADE).untilContains("\r\n\r\n");
      client.send("bye").untilEnd();
    }
    await().untilAsserted(() -> assertThat(threads()).doesNotContain("StreamPump"));
  }

  private String threads() throws IOException {
    Path file = directory.resolve("threads-" + System.nanoTime());
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
    return Files.readString(file);
  }

  @Test
  void attachToNothingIsBareText() throws Exception {
    assertThat(answerTo("POST /containers/nope/attach?stream=1", UPGRADE))
        .startsWith("HTTP/1.1 404 Not Found\r\n")
        .endsWith("raw-stream\r\n\r\nNo such container: nope\r\n");
  }

  @Test
  void aVanishedClientEndsTheCall() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      client.request("POST " + ATTACH, UPGRADE).untilContains("\r\n\r\n");
    }
    assertThat(engine.containers().streamCancelled().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aClientThatHalfClosedAndThenVanishedEndsTheCallAsWell() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      client
          .request("GET /containers/web/logs?stdout=1&follow=1")
          .endInput()
          .untilContains("out\n");
    }
    assertThat(engine.containers().streamCancelled().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void muchInputWaitsForTheProcess() throws Exception {
    addContainer(true);
    byte[] much = new byte[8 << 20];
    Arrays.fill(much, (byte) 'x');
    try (RawClient client = connect()) {
      client.request("POST " + ATTACH, UPGRADE).untilContains("\r\n\r\n");
      Thread sender =
          Thread.startVirtualThread(() -> {
            try {
              client.send(much).endInput();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      String all = client.untilEnd();
      sender.join();
      assertThat(all).endsWith("x" + much.length + " bytes\n");
    }
  }

  @Test
  void waitSendsItsHeadersBeforeTheEnd() throws Exception {
    addContainer(false);
    try (RawClient waiting = connect();
        RawClient attached = connect()) {
      String head =
          waiting
              .request("POST /containers/web/wait?condition=next-exit", "Connection: close")
              .untilContains("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("StatusCode");
      attached.request("POST " + ATTACH, UPGRADE).endInput().untilEnd();
      assertThat(waiting.untilEnd()).contains("{\"StatusCode\":7}");
    }
  }

  @Test
  void logsAreFramedLineByLine() throws Exception {
    addContainer(false);
    assertThat(answerTo("GET /containers/web/logs?stdout=1&stderr=1&timestamps=1"))
        .contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n")
        .contains("\1\0\0\0\0\0\0#2023-11-14T22:13:20.000000000Z out\n")
        .contains("\2\0\0\0\0\0\0#2023-11-14T22:13:20.000000005Z err\n");
    assertThat(answerTo("GET /containers/web/logs?stdout=1&details=1"))
        .contains("\1\0\0\0\0\0\0\5 out\n");
  }

  @Test
  void followingEndsWithItsClient() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      client.request("GET /containers/web/logs?stdout=1&follow=1").untilContains("out\n");
    }
    assertThat(engine.containers().streamCancelled().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void loadTakesABodyOfAnyLength() throws Exception {
    try (RawClient client = connect()) {
      int length = 20 << 20;
      client.request("POST /images/load", "Content-Length: " + length, "Connection: close");
      byte[] piece = new byte[1 << 20];
      for (int i = 0; i < length / piece.length; i++) {
        client.send(piece);
      }
      assertThat(client.untilEnd())
          .contains("Content-Type: application/json\r\n")
          .contains("{\"stream\":\"Loaded " + length + " bytes\\n\"}\r\n");
    }
  }

  @Test
  void aRefusedArchiveIsAnHttpErrorEvenWhileItIsStillSent() throws Exception {
    try (RawClient client = connect()) {
      client.request("POST /images/load", "Content-Length: 1000000").send("corrupt");
      assertThat(client.untilContains("}\n"))
          .startsWith("HTTP/1.1 400 ")
          .endsWith("{\"message\":\"invalid tar header\"}\n");
    }
  }

  @Test
  void saveStreams() throws Exception {
    String answer = answerTo("GET /images/docker.io/library/busybox/get");
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("application/x-tar");
    assertThat(answer.length()).isGreaterThan(FakeImages.SAVED_CHUNKS * FakeImages.CHUNK_BYTES);
  }
}
