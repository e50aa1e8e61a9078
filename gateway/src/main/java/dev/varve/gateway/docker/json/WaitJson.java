package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/** The answer to {@code POST /containers/{id}/wait}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record WaitJson(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Problem error, int statusCode) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Problem(String message) {}
}
