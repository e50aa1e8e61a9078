package dev.varve.image.adapter.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * JSON from strangers: bounded depth and length, no key twice in an object, nothing behind the
 * value.
 */
final class JsonText {
  private static final int MAX_DEPTH = 64;
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonText() {}

  /**
   * @param what the document's name for the refusal
   */
  static JsonNode parse(byte[] json, String what) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node == null || node.isMissingNode()) {
        throw refusal(
            "invalid archive: failed to decode " + what + ": unexpected end of JSON input");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw refusal("invalid archive: failed to decode " + what + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes is always JSON", e);
    }
  }

  /** The text of a field; empty when it is absent or null. */
  static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw refusal("invalid archive: " + field + " is not a string");
    }
    return value.textValue();
  }

  static long number(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw refusal("invalid archive: " + field + " is not a number");
    }
    return value.longValue();
  }

  static Digest digest(JsonNode object, String field) {
    return digest(text(object, field));
  }

  static Digest digest(String text) {
    if (!Digest.isDigest(text)) {
      throw refusal("invalid archive: invalid checksum digest format: \"" + shown(text) + "\"");
    }
    return new Digest(text);
  }

  /** The elements of an array; none when the field is absent or null. */
  static <T> List<T> list(JsonNode object, String field, Function<JsonNode, T> element) {
    JsonNode array = object.path(field);
    if (array.isMissingNode() || array.isNull()) {
      return List.of();
    }
    return elements(array, field, element);
  }

  static <T> List<T> elements(JsonNode array, String what, Function<JsonNode, T> element) {
    if (!array.isArray()) {
      throw refusal("invalid archive: " + what + " is not a list");
    }
    List<T> elements = new ArrayList<>(array.size());
    array.forEach(node -> elements.add(element.apply(node)));
    return List.copyOf(elements);
  }

  static List<String> strings(JsonNode object, String field) {
    return list(
        object,
        field,
        node -> {
          if (!node.isTextual()) {
            throw refusal("invalid archive: " + field + " is not a list of strings");
          }
          return node.textValue();
        });
  }

  static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }

  private static String shown(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
