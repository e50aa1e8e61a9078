package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's Config, image defaults merged in. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ConfigJson(
    String hostname,
    String domainname,
    String user,
    boolean attachStdin,
    boolean attachStdout,
    boolean attachStderr,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Map<String, String>> exposedPorts,
    boolean tty,
    boolean openStdin,
    boolean stdinOnce,
    @Nullable List<String> env,
    @Nullable List<String> cmd,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable HealthCheckJson healthcheck,
    String image,
    @Nullable Map<String, Map<String, String>> volumes,
    String workingDir,
    @Nullable List<String> entrypoint,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean networkDisabled,
    @Nullable List<String> onBuild,
    Map<String, String> labels,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String stopSignal,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer stopTimeout,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> shell) {

  /** Durations in nanoseconds; zero ones are left out. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record HealthCheckJson(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> test,
      long interval,
      long timeout,
      long startPeriod,
      long startInterval,
      int retries) {}
}
