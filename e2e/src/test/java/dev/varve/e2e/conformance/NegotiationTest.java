package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ping, version and the version prefix of every path. */
final class NegotiationTest extends Conformance {
  @Test
  void headPingTellsWhatTheClientNeedsToKnow() {
    Reply ping = wire.call("HEAD", "/_ping", Map.of(), new byte[0]);
    assertThat(ping.status()).isEqualTo(200);
    assertThat(ping.header("content-length")).isEqualTo("0");
    assertPing(ping);
  }

  @Test
  void getPingSaysOk() {
    Reply ping = wire.get("/_ping");
    assertThat(ping.text()).isEqualTo("OK");
    assertThat(ping.header("content-length")).isEqualTo("2");
    assertPing(ping);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.24", "1.30", "1.32", "1.40", "1.41"})
  void everyVersionDownTo124IsServed(String version) {
    Reply reply = wire.get("/v" + version + "/version");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().get("ApiVersion").asText()).isEqualTo(EngineUnderTest.newestApi());
    assertThat(wire.get("/v" + version + "/_ping").text()).isEqualTo("OK");
    assertThat(wire.get("/v" + version + "/containers/json").status()).isEqualTo(200);
  }

  @Test
  void theNewestIsServed() {
    assertThat(wire.get("/v" + EngineUnderTest.newestApi() + "/version").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.99", "2.0"})
  void tooNewIsRefused(String version) {
    for (String path : List.of("/version", "/_ping", "/containers/json")) {
      Reply reply = wire.get("/v" + version + path);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message())
          .isEqualTo(
              "client version "
                  + version
                  + " is too new. Maximum supported API version is "
                  + EngineUnderTest.newestApi());
    }
  }

  /** Below 1.24 dockerd 20.10 answers errors as plain text; newer ones as JSON. */
  @ParameterizedTest
  @ValueSource(strings = {"1.1", "1.10", "1"})
  void tooOldIsRefused(String version) {
    Reply reply = wire.get("/v" + version + "/version");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text())
        .contains("client version " + version + " is too old. Minimum supported API version is ")
        .contains(", please upgrade your client to a newer version");
  }

  @Test
  void versionNamesTheEngine() {
    JsonNode version = wire.get("/version").json();
    Shape.check("version-shape.table", version);
    assertThat(version.at("/Components/0/Name").asText()).isEqualTo("Engine");
    assertThat(version.at("/Components/0/Version").asText())
        .isEqualTo(version.get("Version").asText());
    assertThat(version.at("/Components/0/Details/ApiVersion").asText())
        .isEqualTo(version.get("ApiVersion").asText());
  }

  @Test
  void everyAnswerCarriesTheVersionHeaders() {
    for (String path : List.of("/version", "/containers/json", "/containers/cf-missing/json")) {
      Reply reply = wire.get("/v1.24" + path);
      assertThat(reply.header("server")).matches("Docker/\\S+ \\(linux\\)");
      assertThat(reply.header("api-version")).isEqualTo(EngineUnderTest.newestApi());
      assertThat(reply.header("ostype")).isEqualTo("linux");
    }
  }

  @Test
  void theCliNegotiatesDown() {
    assertThat(docker.ok("version", "-f", "{{.Client.APIVersion}}")).isNotEmpty();
    assertThat(docker.ok("version", "-f", "{{.Server.APIVersion}}"))
        .isEqualTo(EngineUnderTest.newestApi());
    assertThat(docker.ok("version", "-f", "{{.Server.Os}}")).isEqualTo("linux");
  }

  @Test
  void info() {
    JsonNode info = wire.get("/info").json();
    Shape.check("info-shape.table", info);
    assertThat(info.get("Containers").asInt())
        .isEqualTo(
            info.get("ContainersRunning").asInt()
                + info.get("ContainersPaused").asInt()
                + info.get("ContainersStopped").asInt());
    assertThat(docker.ok("info", "-f", "{{.OSType}}")).isEqualTo("linux");
  }

  @Test
  void oneConnectionServesSeveralRequests() {
    String two =
        "GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\nGET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
    try (Exchange first =
        Exchange.open(EngineUnderTest.socket(), two.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(first.reply("GET").text()).isEqualTo("OK");
      assertThat(new String(first.rest(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nOK");
    }
  }

  private static void assertPing(Reply ping) {
    assertThat(ping.header("api-version")).isEqualTo(EngineUnderTest.newestApi());
    assertThat(ping.header("ostype")).isEqualTo("linux");
    assertThat(ping.header("cache-control")).isEqualTo("no-cache, no-store, must-revalidate");
    assertThat(ping.header("pragma")).isEqualTo("no-cache");
    assertThat(ping.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(ping.header("server")).matches("Docker/\\S+ \\(linux\\)");
    // 2 would send docker build to BuildKit.
    assertThat(ping.header("builder-version")).isIn("", "1", "2");
  }
}
