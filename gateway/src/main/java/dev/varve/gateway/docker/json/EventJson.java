package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code GET /events}. The first three fields are those of before API 1.52.
 *
 * @param timeNano unix nanoseconds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EventJson(
    @JsonProperty("status") @Nullable String status,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("from") @Nullable String from,
    @JsonProperty("Type") String type,
    @JsonProperty("Action") String action,
    @JsonProperty("Actor") Actor actor,
    @JsonProperty("scope") String scope,
    @JsonProperty("time") long time,
    @JsonProperty("timeNano") long timeNano) {

  public record Actor(
      @JsonProperty("ID") String id, @JsonProperty("Attributes") Map<String, String> attributes) {}
}
