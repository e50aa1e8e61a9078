package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.varve.api.image.v1.CacheEntry;
import dev.varve.gateway.docker.DockerTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step of a build left for others. */
public record BuildCacheJson(
    @JsonProperty("ID") String id,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("Parents")
        @Nullable List<String> parents,
    @JsonProperty("Type") String type,
    @JsonProperty("Description") String description,
    @JsonProperty("InUse") boolean inUse,
    @JsonProperty("Shared") boolean shared,
    @JsonProperty("Size") long size,
    @JsonProperty("CreatedAt") String createdAt,
    @JsonProperty("LastUsedAt") @Nullable String lastUsedAt,
    @JsonProperty("UsageCount") int usageCount) {

  public static BuildCacheJson of(CacheEntry entry) {
    return new BuildCacheJson(
        entry.getId(),
        entry.getParentsCount() == 0 ? null : entry.getParentsList(),
        entry.getType(),
        entry.getDescription(),
        entry.getInUse(),
        entry.getShared(),
        entry.getSize(),
        DockerTime.rfc3339(entry.getCreatedNanos()),
        entry.getUsages() == 0 ? null : DockerTime.rfc3339(entry.getLastUsedNanos()),
        entry.getUsages());
  }
}
