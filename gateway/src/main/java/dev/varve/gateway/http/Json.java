package dev.varve.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON in and out: strict and bounded in, in the order of the records' fields out. */
public final class Json {
  private static final int MAX_DEPTH = 64;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Exchange.MAX_JSON)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Json() {}

  /**
   * Parses one value and nothing behind it.
   *
   * @throws Refusal 400
   */
  public static JsonNode parse(byte[] text) throws Refusal {
    try {
      // Jackson would guess UTF-16 and UTF-32 from the first bytes; JSON between systems is UTF-8.
      String decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      try (JsonParser parser = MAPPER.createParser(decoded)) {
        JsonNode node = MAPPER.readTree(parser);
        if (parser.nextToken() != null) {
          throw Refusal.badRequest("unexpected content after JSON");
        }
        return node == null || node.isMissingNode() ? NullNode.getInstance() : node;
      }
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("invalid JSON: " + JsonFault.describe(e));
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("invalid JSON: not UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value's JSON, without a newline behind it. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses JSON that a service vouches for. */
  public static JsonNode trusted(byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
