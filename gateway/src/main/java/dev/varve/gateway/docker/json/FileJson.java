package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * One file of an image, in {@code GET /varve/v1/images/{name}/files}.
 *
 * @param pathBase64 the exact bytes, when they are no text
 * @param mode as in {@code struct stat}
 * @param permissions as {@code ls -l} shows them
 * @param owner null when the image has no name for the number
 * @param layer ordinal of the one that brought it, from the bottom
 */
@JsonNaming(UpperCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FileJson(
    String path,
    @Nullable String pathBase64,
    String type,
    int mode,
    String permissions,
    int links,
    long uid,
    long gid,
    @Nullable String owner,
    @Nullable String group,
    long size,
    String modified,
    @Nullable String target,
    @Nullable String targetBase64,
    @Nullable Device device,
    int layer,
    String chainId) {

  /** What a device node stands for. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Device(int major, int minor) {}
}
