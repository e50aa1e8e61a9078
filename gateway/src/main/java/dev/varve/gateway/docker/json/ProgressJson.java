package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One line of a progress stream. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProgressJson(
    @JsonProperty("stream") @Nullable String stream,
    @JsonProperty("status") @Nullable String status,
    @JsonProperty("progressDetail") @Nullable Detail progressDetail,
    @JsonProperty("progress") @Nullable String progress,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("aux") @Nullable Pushed aux,
    @JsonProperty("errorDetail") @Nullable ErrorDetail errorDetail,
    @JsonProperty("error") @Nullable String error) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Detail(
      @JsonProperty("current") @Nullable Long current,
      @JsonProperty("total") @Nullable Long total) {}

  /** What a push put into the registry. */
  public record Pushed(
      @JsonProperty("Tag") String tag,
      @JsonProperty("Digest") String digest,
      @JsonProperty("Size") long size) {}

  public record ErrorDetail(@JsonProperty("message") String message) {}

  public static ProgressJson error(String message) {
    return new ProgressJson(null, null, null, null, null, null, new ErrorDetail(message), message);
  }
}
