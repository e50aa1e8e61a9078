package dev.varve.e2e.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** An answer read to its end. Header names are lower case; a chunked body is already joined. */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record Reply(int status, String reason, Map<String, String> headers, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The body as text. */
  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as one JSON value. */
  JsonNode json() {
    return parse(text());
  }

  /** The body as a stream of JSON values, one a line. */
  List<JsonNode> jsonLines() {
    return text().lines().filter(line -> !line.isBlank()).map(Reply::parse).toList();
  }

  /** The text of an error answer. */
  String message() {
    return json().path("message").asText();
  }

  /** A header's value, empty where the header is missing. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }
}
