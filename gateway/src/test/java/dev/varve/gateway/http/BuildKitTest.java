package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * What a client of BuildKit's protocol hears, on the wire: HTTP/2 (RFC 9113) after an upgrade, and
 * in it gRPC, whose answer says what to do instead.
 */
class BuildKitTest extends EngineTest {
  private static final String[] UPGRADE = {"Connection: Upgrade", "Upgrade: h2c"};
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_SETTINGS = HexFormat.of().parseHex("000000040000000000");
  private static final byte[] PING = HexFormat.of().parseHex("0000080600000000005072652d50696e67");

  /** Type and flags of an acknowledged ping, and a stream's number 0. */
  private static final String PONG = "\u0006\u0001\0\0\0\0Pre-Ping";

  /** {@code POST http /}, without an authority, the first half of a call. */
  private static byte[] headers(int stream) {
    return HexFormat.of().parseHex("00000301040000%04x838684".formatted(stream));
  }

  private static byte[] data(int stream) {
    return HexFormat.of().parseHex("0000050001%08x0000000000".formatted(stream));
  }

  private RawClient upgraded(String path) throws Exception {
    RawClient client = connect();
    client.request("POST " + path, UPGRADE);
    assertThat(client.untilContains("\r\n\r\n"))
        .startsWith("HTTP/1.1 101 ")
        .contains("Upgrade: h2c\r\n");
    return client;
  }

  @Test
  void eachCallIsToldWhatToDoInstead() throws Exception {
    try (RawClient client = upgraded("/grpc")) {
      client.send(PREFACE).send(NO_SETTINGS).send(headers(1)).send(data(1)).send(PING);
      assertThat(client.untilContains(PONG))
          .contains("application/grpc", "grpc-status", "DOCKER_BUILDKIT=0", "docker buildx create");
      client.send(headers(3)).send(data(3));
      client.until(all -> all.indexOf("\0\0\0\3", all.indexOf(PONG)) > 0);
    }
  }

  @Test
  void theClientsEndIsTheEnd() throws Exception {
    try (RawClient client = upgraded("/v1.41/grpc")) {
      client.send(PREFACE).send(NO_SETTINGS).endInput();
      client.untilEnd();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void whatIsNoHttp2EndsTheConnection() throws Exception {
    try (RawClient client = upgraded("/grpc")) {
      client.send("GET / HTTP/1.1\r\nHost: docker\r\n\r\n");
      client.untilEnd();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void withoutAnUpgradeItIsRefused() throws Exception {
    assertThat(answerTo("POST /grpc")).startsWith("HTTP/1.1 501 ").contains("DOCKER_BUILDKIT=0");
    assertThat(answerTo("POST /grpc", "Connection: Upgrade", "Upgrade: tcp"))
        .startsWith("HTTP/1.1 501 ");
  }
}
