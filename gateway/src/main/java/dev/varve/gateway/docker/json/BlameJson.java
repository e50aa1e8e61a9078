package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which layer brought a file, and what brought the layer.
 *
 * @param origin {@code Kind} (load, import, pull, commit, build) and what the event says beside it;
 *     null, with the event, when the log does not tell
 */
@JsonNaming(UpperCamelCaseStrategy.class)
public record BlameJson(
    FileJson file, Layer layer, @Nullable Map<String, Object> origin, @Nullable Event event) {

  /**
   * The layer in its image.
   *
   * @param createdBy of the image's history; empty when it does not say
   */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Layer(
      int ordinal,
      String digest,
      String diffId,
      String chainId,
      String mediaType,
      long size,
      String createdBy) {}

  /**
   * The event that first brought the layer to this engine.
   *
   * @param image with which it came
   * @param actor who asked for it
   */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Event(String id, String time, String actor, String node, String image) {}
}
