package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /distribution/{name}/json}. */
public record DistributionJson(
    @JsonProperty("Descriptor") Descriptor descriptor,
    @JsonProperty("Platforms") List<Platform> platforms) {

  public record Descriptor(
      @JsonProperty("mediaType") String mediaType,
      @JsonProperty("digest") String digest,
      @JsonProperty("size") long size) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Platform(
      @JsonProperty("architecture") String architecture,
      @JsonProperty("os") String os,
      @JsonProperty("variant") @Nullable String variant) {}
}
