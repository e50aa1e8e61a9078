package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.gateway.fake.FakeContainers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What costs its sender little must not cost the engine much: others are answered meanwhile. */
final class AbuseTest extends EngineTest {
  private static final int CONNECTIONS = 2000;
  private static final int KEYS = 300_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /_ping HTTP/1.1\r\nHost: x",
        "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
      })
  void thousandsThatDoNotFinishTheirRequestDelayNobody(String begun) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        RawClient client = connect();
        clients.add(client);
        client.send(begun);
      }
      assertThat(answerTo("GET /_ping")).endsWith("OK");
      assertThat(answerTo("GET /containers/json")).startsWith("HTTP/1.1 200 ");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    assertThat(answerTo("GET /_ping")).endsWith("OK");
  }

  @Test
  void clientsThatNeverReadTheirAnswersDelayNobody() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        RawClient client = connect();
        clients.add(client);
        for (int request = 0; request < 100; request++) {
          client.request("GET /info");
        }
      }
      assertThat(answerTo("GET /_ping")).endsWith("OK");
      assertThat(answerTo("GET /info")).startsWith("HTTP/1.1 200 ");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void attachedClientsThatStandStillDelayNobody() throws Exception {
    addContainer(false);
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(
            connect()
                .request(
                    "POST /containers/" + FakeContainers.ID + "/attach?stream=1&stdin=1&stdout=1",
                    "Connection: Upgrade",
                    "Upgrade: tcp"));
      }
      for (RawClient client : clients) {
        assertThat(client.untilContains("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
      }
      assertThat(answerTo("GET /_ping")).endsWith("OK");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** The patience of {@link RawClient} is the bound. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|aa)+$",
        "(.*a){20}$",
        "((a{0,100}){0,100}){0,100}$",
        "(a{1000}){1000}",
        "(((((",
      })
  void patternsAreMatchedInLinearTime(String pattern) throws Exception {
    addContainer(false, "a".repeat(200) + "b");
    for (String filter : List.of("name", "label", "status")) {
      String filters = "{\"" + filter + "\":[\"" + pattern + "\"]}";
      assertThat(
              answerTo(
                  "GET /containers/json?all=1&filters="
                      + URLEncoder.encode(filters, StandardCharsets.UTF_8)))
          .matches("(?s)HTTP/1\\.1 (200|400) .*");
    }
    assertThat(answerTo("GET /_ping")).endsWith("OK");
  }

  @Test
  void manyKeysAreReadOrRefused() throws Exception {
    StringBuilder labels = new StringBuilder("{\"Image\":\"nope\",\"Labels\":{\"k\":\"\"");
    for (int i = 0; i < KEYS; i++) {
      labels.append(",\"").append(Integer.toString(i, 36)).append("\":\"\"");
    }
    try (RawClient client = connect()) {
      String answer =
          client
              .json("POST /containers/create", labels.append("}}").toString())
              .untilContains("}\n");
      assertThat(answer).matches("(?s)HTTP/1\\.1 (400|404|413) .*");
    }
    assertThat(answerTo("GET /_ping")).endsWith("OK");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 60_000})
  void longNamesAreJustNotThere(int length) throws Exception {
    assertThat(answerTo("GET /containers/" + "n".repeat(length) + "/json"))
        .startsWith("HTTP/1.1 404 ");
  }

  /** Nothing of a body that was announced as empty is taken for one. */
  @Test
  void bytesBehindAnEmptyBodyAreTheNextRequest() throws Exception {
    try (RawClient client = connect()) {
      String answers =
          client
              .request(
                  "POST /containers/create", "Content-Type: application/json", "Content-Length: 0")
              .send("{\"Image\":\"busybox\",\"Cmd\":[\"x\"]}\r\n\r\n")
              .untilEnd();
      assertThat(answers.split("HTTP/1.1 ")).hasSize(3);
      assertThat(answers).contains("got EOF while reading request body", "HTTP/1.1 400 ");
      assertThat(engine.containers().created()).isNull();
    }
  }
}
