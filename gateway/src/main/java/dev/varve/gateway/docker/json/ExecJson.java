package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /exec/{id}/json}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ExecJson(
    @JsonProperty("ID") String id,
    boolean running,
    @Nullable Integer exitCode,
    Process processConfig,
    boolean openStdin,
    boolean openStderr,
    boolean openStdout,
    boolean canRemove,
    @JsonProperty("ContainerID") String containerId,
    String detachKeys,
    long pid) {

  public record Process(
      @JsonProperty("tty") boolean tty,
      @JsonProperty("entrypoint") String entrypoint,
      @JsonProperty("arguments") List<String> arguments,
      @JsonProperty("privileged") boolean privileged,
      @JsonProperty("user") @JsonInclude(JsonInclude.Include.NON_EMPTY) String user) {}
}
