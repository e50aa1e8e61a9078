package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Refusals: clients decide by status and by text, so both are checked word for word against a
 * table.
 */
final class ErrorsTest extends Conformance {
  @TestFactory
  Stream<DynamicTest> everyRefusalOfTheTable() {
    String created = created("true");
    String running = sleeper();
    Map<String, String> names =
        Map.of(
            "{missing}",
            "cf-missing",
            "{created.id}",
            idOf(created),
            "{running.id}",
            idOf(running),
            "{created}",
            created,
            "{running}",
            running,
            "{image}",
            IMAGE);
    return Table.rows("errors.table")
        .map(row -> row.stream().map(cell -> fill(cell, names)).toList())
        .map(this::refusal);
  }

  private DynamicTest refusal(List<String> row) {
    return DynamicTest.dynamicTest(
        row.get(0) + " " + row.get(1) + " " + row.get(2),
        () -> {
          boolean json = row.get(2).startsWith("{");
          Reply reply =
              wire.call(
                  row.get(0),
                  row.get(1),
                  json ? Map.of("Content-Type", "application/json") : Map.of(),
                  row.get(2).getBytes(StandardCharsets.UTF_8));
          assertThat(Statuses.of(row.get(3))).as(reply.text()).contains(reply.status());
          assertThat(reply.header("content-type")).isEqualTo("application/json");
          assertThat(reply.text()).endsWith("}\n");
          assertThat(reply.message())
              .matches(Pattern.compile(row.get(4), Pattern.CASE_INSENSITIVE | Pattern.DOTALL));
        });
  }

  private static String fill(String cell, Map<String, String> names) {
    String filled = cell;
    for (Map.Entry<String, String> name : names.entrySet()) {
      filled = filled.replace(name.getKey(), name.getValue());
    }
    return filled;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void aBodyMustBeDeclaredAsJson(String type) {
    Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("Content-Type", type);
    Reply reply =
        wire.call(
            "POST",
            "/containers/create?name=" + name(),
            headers,
            ("{\"Image\":\"" + IMAGE + "\"}").getBytes(StandardCharsets.UTF_8));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message())
        .matches(
            "(?i)(Content-Type specified \\("
                + type
                + "\\) must be 'application/json'|unsupported Content-Type header \\("
                + type
                + "\\): must be 'application/json'|malformed Content-Type header.*)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8"
      })
  void aCharsetMayFollow(String type) {
    Reply reply =
        wire.call(
            "POST",
            "/containers/create?name=" + name(),
            Map.of("Content-Type", type),
            ("{\"Image\":\"" + IMAGE + "\"}").getBytes(StandardCharsets.UTF_8));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
  }

  @Test
  void contentBehindTheJsonIsRefused() {
    Reply reply =
        wire.post(
            "/containers/create?name=" + name(),
            "{\"Image\":\"" + IMAGE + "\"} {\"Image\":\"other\"}");
    // 20.10 read the first value and ignored the rest.
    assertThat(reply.status()).isEqualTo(EngineUnderTest.isOld() ? 201 : 400);
  }

  @Test
  void unknownFieldsAreIgnored() {
    Reply reply =
        wire.post(
            "/containers/create?name=" + name(),
            "{\"Image\":\""
                + IMAGE
                + "\",\"FromTheFuture\":{\"a\":[1]},\"HostConfig\":{\"AlsoNew\":1}}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
  }

  @Test
  void fieldNamesAreReadInAnyCase() {
    Reply reply =
        wire.post(
            "/containers/create?name=" + name(),
            "{\"image\":\"" + IMAGE + "\",\"cmd\":[\"true\"]}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    assertThat(inspect(reply.json().get("Id").asText()).get("Path").asText()).isEqualTo("true");
  }

  @Test
  void aRefusedCreateMakesNothing() {
    String name = name();
    wire.post(
        "/containers/create?name=" + name,
        "{\"Image\":\"" + IMAGE + "\",\"HostConfig\":{\"Memory\":1000}}");
    assertThat(wire.get("/containers/" + name + "/json").status()).isEqualTo(404);
    docker.ok("create", "--name", name, IMAGE);
  }

  @Test
  void aHugeHeaderOrGarbageDoesNotStopTheEngine() {
    for (String request :
        List.of(
            "GARBAGE\r\n\r\n",
            "GET /_ping HTTP/1.1\r\nHost: d\r\nX: " + "y".repeat(2_000_000) + "\r\n\r\n")) {
      try (Exchange exchange =
          Exchange.open(EngineUnderTest.socket(), request.getBytes(StandardCharsets.US_ASCII))) {
        assertThat(exchange.status()).isBetween(400, 499);
      } catch (UncheckedIOException e) {
        // Hanging up without an answer is an answer too.
        assertThat(e.getCause()).isNotNull();
      }
      assertThat(wire.get("/_ping").text()).isEqualTo("OK");
    }
  }

  /** What a person reads, and the number the shell sees. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rm cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "start cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "stop cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "kill cf-missing | 1 | No such container: cf-missing",
        "logs cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "attach cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "wait cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "top cf-missing | 1 | Error response from daemon: No such container: cf-missing",
        "exec cf-missing true | 1 | Error response from daemon: No such container: cf-missing",
        "rename cf-missing cf-b | 1 | Error response from daemon: No such container: cf-missing",
        "rmi cf-missing | 1 | Error response from daemon: No such image: cf-missing:latest",
        "history cf-missing | 1 | Error response from daemon: No such image: cf-missing:latest",
        "tag cf-missing cf-b | 1 | Error response from daemon: No such image: cf-missing:latest",
        "run --rm --pull never cf-missing true | 125 | docker: Error response from daemon: No such image: cf-missing:latest",
        "run --rm --bogus conformance/base:1 | 125 | unknown flag: --bogus",
        "run --rm -w rel conformance/base:1 | 125 | docker: Error response from daemon: the working directory 'rel' is invalid, it needs to be an absolute path",
        "run --rm --memory 1k conformance/base:1 | 125 | docker: Error response from daemon: Minimum memory limit allowed is 6MB",
        "run --rm --network cf-nosuch conformance/base:1 | 125 | failed to set up container networking: network cf-nosuch not found",
        "run --rm --stop-signal BOGUS conformance/base:1 | 125 | nvalid signal: BOGUS",
        "ps --filter bogus=x | 1 | nvalid filter 'bogus'",
        "rm -f cf-missing | 1,0 | No such container: cf-missing",
      })
  void theCliShowsTheText(String command, String codes, String text) {
    Docker.Result result = docker.run(command.split(" "));
    assertThat(codes.split(",")).contains(String.valueOf(result.code()));
    assertThat(result.err()).contains(text);
  }
}
