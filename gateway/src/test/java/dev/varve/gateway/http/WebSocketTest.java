package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.gateway.fake.FakeContainers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attach by WebSocket on the wire; the keys are those of RFC 6455, section 1.3. */
class WebSocketTest extends EngineTest {
  private static final String PATH =
      "/containers/" + FakeContainers.ID + "/attach/ws?stream=1&stdin=1&stdout=1&stderr=1";
  private static final String[] OPENING = {
    "Connection: keep-alive, Upgrade",
    "Upgrade: WebSocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13"
  };
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int LAST = 0x80;

  /** As a client sends it: masked, with a mask of ones. */
  private static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    frame.write(0x80 | payload.length);
    frame.writeBytes(new byte[] {1, 1, 1, 1});
    for (byte b : payload) {
      frame.write(b ^ 1);
    }
    return frame.toByteArray();
  }

  private static byte[] frame(int first, String payload) {
    return frame(first, payload.getBytes(StandardCharsets.ISO_8859_1));
  }

  private RawClient open(String path, String... headers) throws Exception {
    RawClient client = connect();
    client.request("GET " + path, headers);
    return client;
  }

  private static String binary(String payload) {
    return "\u0082" + (char) payload.length() + payload;
  }

  @Test
  void carriesBothWaysWithoutFramesOfDocker() throws Exception {
    addContainer(false);
    try (RawClient client = open(PATH, OPENING)) {
      assertThat(client.untilContains("\r\n\r\n"))
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .doesNotContain("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");
      client.send(frame(LAST | BINARY, "one")).untilContains(binary("one"));
      client.send(frame(LAST | TEXT, "two")).untilContains(binary("two"));
      client.send(frame(TEXT, "th")).send(frame(LAST | PING, "are you there?"));
      client.untilContains("\u008a\u000eare you there?");
      client.send(frame(LAST | CONTINUATION, "ree")).untilContains(binary("ree"));
    }
  }

  @Test
  void aCloseIsAnsweredAndEndsTheConnection() throws Exception {
    addContainer(false);
    try (RawClient client = open(PATH, OPENING)) {
      client.untilContains("\r\n\r\n");
      client.send(frame(LAST | CLOSE, "\u0003\u00e8"));
      assertThat(client.untilEnd()).endsWith("\u0088\u0002\u0003\u00e8");
    }
    // Whether the call hears of the input's end or of the client's leaving first, it is over.
    FakeContainers containers = engine.containers();
    await()
        .until(() ->
            containers.streamCancelled().getCount() == 0 || containers.ended().getCount() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x83, 0xc2, 0x80, 0x09})
  void whatBreaksTheProtocolIsClosedWith1002(int first) throws Exception {
    addContainer(false);
    try (RawClient client = open(PATH, OPENING)) {
      client.untilContains("\r\n\r\n");
      client.send(frame(first, "x"));
      assertThat(client.untilEnd()).contains("\u0088").contains("\u0003\u00ea");
    }
  }

  @Test
  void textIsForOldClients() throws Exception {
    addContainer(false);
    try (RawClient client = open("/v1.27" + PATH, OPENING)) {
      client.send(frame(LAST | BINARY, "old")).untilContains("\u0081\u0003old");
    }
  }

  @Test
  void foreignPagesAreRefused() throws Exception {
    addContainer(false);
    String[] foreign = Arrays.copyOf(OPENING, OPENING.length + 1);
    foreign[OPENING.length] = "Origin: http://evil.example";
    assertThat(answerTo("GET " + PATH, foreign)).startsWith("HTTP/1.1 403 ");
    foreign[OPENING.length] = "Origin: http://docker";
    try (RawClient client = open(PATH, foreign)) {
      assertThat(client.untilContains("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void whatIsNoOpeningIsRefused() throws Exception {
    addContainer(false);
    assertThat(answerTo("GET " + PATH)).startsWith("HTTP/1.1 400 ");
    String[] old = OPENING.clone();
    old[3] = "Sec-WebSocket-Version: 8";
    assertThat(answerTo("GET " + PATH, old)).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET /containers/nope/attach/ws?stream=1", OPENING))
        .startsWith("HTTP/1.1 404 ");
  }
}
