package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCoreTest extends EngineTest {

  @Test
  void pingTellsWhatClientsNegotiateBy() throws Exception {
    assertThat(answerTo("GET /_ping"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Api-Version: 1.51\r\n")
        .contains("Ostype: linux\r\n")
        .contains("Server: Docker/0.1.0 (linux)\r\n")
        .contains("Docker-Experimental: false\r\n")
        .contains("Builder-Version: 1\r\n")
        .contains("Swarm: inactive\r\n")
        .contains("Cache-Control: no-cache, no-store, must-revalidate\r\n")
        .contains("Pragma: no-cache\r\n")
        .contains("Content-Type: text/plain; charset=utf-8\r\n")
        .endsWith("\r\n\r\nOK");
  }

  @Test
  void headPingHasNoBody() throws Exception {
    assertThat(answerTo("HEAD /_ping")).contains("Content-Length: 0\r\n").endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v9.99/version|400|client version 9.99 is too new. Maximum supported API version is 1.51",
        "GET /v1.23/version|400|client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
        "GET /v1/version|400|client version 1 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
        "GET /nowhere|404|page not found",
        "POST /containers/create|400|invalid JSON: got EOF while reading request body",
        "PUT /version|404|page not found",
        "GET /containers/nope/json|404|No such container: nope",
        "POST /swarm/init|501|docker swarm init is not implemented yet by Varve",
        "POST /images/busybox/push|400|bad parameters and missing X-Registry-Auth: invalid X-Registry-Auth header: EOF",
        "POST /images/create?fromImage=nope&tag=y|404|manifest for nope:y not found: manifest unknown: manifest unknown",
        "GET /containers/json?filters=%7B%22bogus%22%3A%5B%22x%22%5D%7D|400|invalid filter 'bogus'",
        "GET /containers/web/logs|400|must specify at least one of 'stdout' or 'stderr'",
        "GET /containers/%ff/json|400|the request target is not UTF-8",
        "GET /containers/a%2f..%2fb/json|400|the request path must not contain . or ..",
        "GET /v1.44/%2e%2e/info|400|the request path must not contain . or ..",
        "GET /containers/a%00b/json|400|malformed request path",
        "GET //v1.44/info|400|malformed request path",
        "GET /info?x=%zz|400|invalid URL escape \\\"%zz\\\"",
        "POST /containers/x/resize?h=1|400|invalid resize width \\\"\\\": invalid syntax",
        "POST /containers/x/stop?t=soon|400|strconv.Atoi: parsing \\\"soon\\\": invalid syntax",
        "POST /v1.42/containers/x/wait?condition=bogus|400|invalid condition: \\\"bogus\\\"",
        "GET /events?since=2&until=1|400|`since` time (2) cannot be after `until` time (1)",
      })
  void refusalsAreDockersJson(String request, int status, String message) throws Exception {
    assertThat(answerTo(request))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("Content-Type: application/json\r\n")
        .endsWith("\r\n\r\n{\"message\":\"" + message + "\"}\n");
  }

  @Test
  void swarmIsTruthfullyAbsent() throws Exception {
    assertThat(answerTo("GET /services"))
        .startsWith("HTTP/1.1 503 ")
        .contains("This node is not a swarm manager. Use \\\"docker swarm init\\\"");
  }

  @Test
  void emptyListsAreListsAndNotErrors() throws Exception {
    assertThat(answerTo("GET /plugins")).endsWith("\r\n\r\n[]\n");
    assertThat(answerTo("GET /containers/json")).endsWith("\r\n\r\n[]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /_ping HTTP/1.1\nHost: x\n\n",
        "GET /_ping HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost: x\r\nX: y\r\n folded\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /_ping HTTP/1.1\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://docker/_ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /_ping HTTP/2.0\r\nHost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET  /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a\u0000b HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /x HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      })
  void ambiguousFramingIsRefusedAndTheConnectionClosed(String bytes) throws Exception {
    try (RawClient client = connect()) {
      String answer = client.send(bytes).untilEnd();
      assertThat(answer).matches("(?s)HTTP/1\\.1 (400|501) .*\"message\":.*");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aHeadWithoutEndIsCutOff() throws Exception {
    try (RawClient client = connect()) {
      assertThat(client.send("GET /" + "a".repeat(70_000)).untilEnd()).startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void requestsInARowAreAnsweredInARow() throws Exception {
    try (RawClient client = connect()) {
      String answers =
          client
              .request("GET /v1.44/_ping")
              .request("GET /nowhere")
              .request("GET /version", "Connection: close")
              .untilEnd();
      assertThat(answers).containsSubsequence("OK", "page not found", "\"Version\":\"0.1.0\"");
    }
  }

  @Test
  void whoComesTogetherWithTheVeryFirstIsAnswered() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        clients.add(connect());
      }
      for (RawClient client : clients) {
        assertThat(client.request("GET /_ping").untilContains("\r\n\r\nOK"))
            .startsWith("HTTP/1.1 200 ");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aRefusedBodyDoesNotTurnIntoTheNextRequest() throws Exception {
    try (RawClient client = connect()) {
      String inner = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
      client.request("POST /nowhere", "Content-Length: " + inner.length());
      client.untilContains("page not found");
      client.send(inner);
      String answers = client.request("GET /version", "Connection: close").untilEnd();
      assertThat(answers).contains("\"Version\":\"0.1.0\"").doesNotContain("\r\n\r\nOK");
    }
  }

  @Test
  void aClientThatEndsItsInputStillGetsItsAnswer() throws Exception {
    try (RawClient client = connect()) {
      assertThat(client.request("GET /_ping").endInput().untilEnd()).endsWith("OK");
    }
  }

  /** The connection stays open: nothing but the answers themselves may send them. */
  @ParameterizedTest
  @ValueSource(strings = {"/_ping", "/version", "/images/nope/json"})
  void requestsThatCameTogetherAreAllAnswered(String path) throws Exception {
    String request = "GET " + path + " HTTP/1.1\r\nHost: engine\r\n\r\n";
    try (RawClient client = connect()) {
      client.send(request.repeat(3));
      assertThat(client.until(text -> text.split("HTTP/1.1 ", -1).length > 3)).isNotEmpty();
    }
  }

  /** Of the three, one is answered on the event loop, one later, and one from a virtual thread. */
  @Test
  void keptConnectionsAreServedWhereverTheLastAnswerCameFrom() throws Exception {
    try (RawClient client = new RawClient(engine.socket())) {
      int answers = 0;
      for (int round = 0; round < 200; round++) {
        for (String path : List.of("/images/nope/json", "/_ping", "/version")) {
          client.request("GET " + path);
          int wanted = ++answers;
          client.until(text -> text.split("HTTP/1.1 ", -1).length > wanted);
        }
      }
      client.request("GET /_ping", "Connection: close");
      assertThat(client.untilEnd().split("HTTP/1.1 ", -1)).hasSize(answers + 2);
    }
  }
}
