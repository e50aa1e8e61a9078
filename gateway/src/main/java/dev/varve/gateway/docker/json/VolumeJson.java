package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A volume.
 *
 * @param usageData in {@code system df} only
 */
@JsonNaming(UpperCamelCaseStrategy.class)
public record VolumeJson(
    String createdAt,
    String driver,
    @Nullable Map<String, String> labels,
    String mountpoint,
    String name,
    @Nullable Map<String, String> options,
    String scope,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageData usageData) {

  /**
   * @param size -1 when it is not known
   */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record UsageData(int refCount, long size) {}

  /** {@code GET /volumes}. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record ListJson(List<VolumeJson> volumes, @Nullable List<String> warnings) {}

  /** A snapshot of a volume, which Docker has no words for. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record SnapshotJson(
      String id, String volume, String comment, String taken, long size, String digest) {}
}
