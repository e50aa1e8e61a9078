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
    @JsonProperty("aux") @Nullable Result aux,
    @JsonProperty("errorDetail") @Nullable ErrorDetail errorDetail,
    @JsonProperty("error") @Nullable String error) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Detail(
      @JsonProperty("current") @Nullable Long current,
      @JsonProperty("total") @Nullable Long total) {}

  /** What came of it. */
  public sealed interface Result {}

  /** The image that a build made. */
  public record Built(@JsonProperty("ID") String id) implements Result {}

  /** What a push put into the registry. */
  public record Pushed(
      @JsonProperty("Tag") String tag,
      @JsonProperty("Digest") String digest,
      @JsonProperty("Size") long size)
      implements Result {}

  /**
   * @param code of the command that failed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ErrorDetail(
      @JsonProperty("code") @Nullable Integer code, @JsonProperty("message") String message) {}

  public static ProgressJson error(String message) {
    return error(message, 0);
  }

  /**
   * @param code 0 when no command failed
   */
  public static ProgressJson error(String message, int code) {
    ErrorDetail detail = new ErrorDetail(code == 0 ? null : code, message);
    return new ProgressJson(null, null, null, null, null, null, detail, message);
  }
}
