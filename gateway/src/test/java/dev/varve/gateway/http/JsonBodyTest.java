package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBodyTest extends EngineTest {

  private String create(String body) throws Exception {
    try (RawClient client = connect()) {
      return client.json("POST /containers/create", body).untilContains("}\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} {}|400|unexpected content after JSON",
        "{|400|invalid JSON: unexpected EOF",
        "{bad|400|invalid JSON: invalid character 'b' looking for beginning of object key string",
        "{\"a\" 1}|400|invalid JSON: invalid character '1' after object key",
        "{\"a\":1 \"b\"}|400|invalid JSON: invalid character '\\\"' after object key:value pair",
        "{\"a\":[1 2]}|400|invalid JSON: invalid character '2' after array element",
        "{\"a\":bad}|400|invalid JSON: invalid character 'b' looking for beginning of value",
        "{\"a\":}|400|invalid JSON: invalid character '}' looking for beginning of value",
        "[]|400|invalid JSON: expected an object",
        "{\"Image\":\"a\",\"Image\":\"b\"}|400|invalid JSON: Duplicate field 'Image'",
        "{\"Image\":\"a\",\"image\":\"b\"}|400|invalid JSON: duplicate field image",
        "{\"Image\":5}|400|invalid JSON: json: cannot unmarshal number into Go struct field Image of type string",
        "{\"HostConfig\":{\"Memory\":1e400}}|400|invalid JSON",
        "{\"HostConfig\":{\"Memory\":\"1g\"}}|400|invalid JSON: json: cannot unmarshal string into Go struct field HostConfig.Memory of type int64",
        "{\"HostConfig\":{\"Memory\":NaN}}|400|invalid JSON",
        "{\"Image\":\"busybox\",\"HostConfig\":{\"Cgroup\":\"a\"}}|501|HostConfig.Cgroup is not implemented yet by Varve",
        "{\"Image\":\"nope\"}|404|No such image: nope:latest",
        "{}|400|no command specified",
        "{\"Cmd\":[\"x\"]}|400|no image specified",
        "null|400|config cannot be empty in order to create a container",
      })
  void bodiesAreJudgedBeforeAnythingIsMade(String body, int status, String message)
      throws Exception {
    assertThat(create(body)).startsWith("HTTP/1.1 " + status + " ").contains(message);
    assertThat(engine.containers().created()).isNull();
  }

  @Test
  void depthIsBounded() throws Exception {
    assertThat(create("{\"Labels\":" + "[".repeat(100_000)))
        .startsWith("HTTP/1.1 400 ")
        .contains("invalid JSON");
  }

  @Test
  void sizeIsBounded() throws Exception {
    try (RawClient client = connect()) {
      String answer =
          client
              .request(
                  "POST /containers/create",
                  "Content-Type: application/json",
                  "Content-Length: 1000000000")
              .untilContains("}\n");
      assertThat(answer).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void chunkedSizeIsBoundedAsWell() throws Exception {
    try (RawClient client = connect()) {
      client.request(
          "POST /containers/create",
          "Content-Type: application/json",
          "Transfer-Encoding: chunked");
      String chunk = "100000\r\n" + " ".repeat(0x100000) + "\r\n";
      for (int i = 0; i < 5; i++) {
        client.send(chunk);
      }
      assertThat(client.untilContains("}\n")).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void otherContentTypesAreRefused() throws Exception {
    try (RawClient client = connect()) {
      String answer =
          client
              .request("POST /containers/create", "Content-Type: text/plain", "Content-Length: 2")
              .send("{}")
              .untilContains("}\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 400 ")
          .contains("unsupported Content-Type header (text/plain): must be 'application/json'");
    }
  }

  @Test
  void startRefusesABody() throws Exception {
    addContainer(false);
    try (RawClient client = connect()) {
      String answer = client.json("POST /containers/web/start", "{\"a\": 12}").untilContains("}\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 400 ")
          .contains("starting container with non-empty request body");
    }
  }

  @Test
  void startTwiceIsNotModified() throws Exception {
    addContainer(false);
    assertThat(answerTo("POST /containers/web/start")).startsWith("HTTP/1.1 204 ");
    assertThat(answerTo("POST /containers/web/start"))
        .startsWith("HTTP/1.1 304 ")
        .doesNotContain("message");
  }

  @Test
  void theServiceLearnsForWhomItActs() throws Exception {
    assertThat(create("{\"Image\":\"busybox\"}")).startsWith("HTTP/1.1 201 ");
    assertThat(engine.containers().caller().actor())
        .isEqualTo("unix:uid=" + uid() + ",pid=" + ProcessHandle.current().pid());
    assertThat(engine.containers().caller().causationId()).isNotEmpty();
    assertThat(engine.containers().caller().correlationId())
        .isEqualTo(engine.containers().caller().causationId());
  }

  private static Object uid() throws Exception {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
