package dev.varve.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.gateway.fake.FakeFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookRoutesTest extends EngineTest {
  @Test
  void filesAreOneObjectALine() throws Exception {
    String few = answerTo("GET /varve/v1/images/busybox/files?path=/");
    assertThat(few)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Content-Type: application/x-ndjson\r\n");
    assertThat(few.lines().filter(line -> line.startsWith("{\"Path\""))).hasSize(2);
    String all = answerTo("GET /varve/v1/images/busybox:latest/files?recursive=1");
    assertThat(all.lines().filter(line -> line.startsWith("{\"Path\""))).hasSize(3);
  }

  @Test
  void contentHasItsLengthAndKeepsTheConnection() throws Exception {
    try (RawClient client = connect()) {
      client.request("GET /varve/v1/images/busybox/content?path=/etc/passwd");
      String answer = client.untilContains(FakeFiles.CONTENT);
      assertThat(answer)
          .contains("Content-Length: 14\r\n")
          .contains("Content-Type: application/octet-stream\r\n")
          .doesNotContain("chunked");
      client.request("GET /_ping").untilContains("\r\n\r\nOK");
    }
  }

  @Test
  void pathsThatAreNoTextGoAsBase64() throws Exception {
    String answer = answerTo("GET /varve/v1/images/busybox/files?path64=L/8K");
    assertThat(answer).contains("\"PathBase64\":\"L/8K\"");
  }

  @Test
  void differencesAreDockersKinds() throws Exception {
    assertThat(answerTo("GET /varve/v1/images/busybox/diff?to=busybox:latest"))
        .contains(
            "{\"Path\":\"/etc/passwd\",\"Kind\":0}\n"
                + "{\"Path\":\"/etc/passwd\",\"Kind\":1}\n"
                + "{\"Path\":\"/etc/passwd\",\"Kind\":2}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images/nope/files|404|No such image: nope:latest",
        "images/nope/content?path=/x|404|No such image: nope:latest",
        "images/nope/blame?path=/x|404|No such image: nope:latest",
        "images/busybox/diff?to=nope|404|No such image: nope:latest",
        "images/busybox/files?path=/no|404|no such file in the image: /no",
        "images/busybox/content?path=/no|404|no such file in the image: /no",
        "images/busybox/blame?path=/no|404|no such file in the image: /no",
        "images/busybox/content?path=/etc|400|/etc is a directory in the image",
        "images/busybox/content|400|path: the file's path in the image is missing",
        "images/busybox/blame?path=|400|path: the file's path in the image is missing",
        "images/busybox/content?path64=*|400|path64: not base64",
        "images/busybox/diff|400|to: the image to compare with is missing",
      })
  void refusalsHaveDockersShape(String path, int status, String message) throws Exception {
    assertThat(answerTo("GET /varve/v1/" + path))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("Content-Type: application/json\r\n")
        .endsWith("\r\n\r\n{\"message\":\"" + message + "\"}\n");
  }
}
