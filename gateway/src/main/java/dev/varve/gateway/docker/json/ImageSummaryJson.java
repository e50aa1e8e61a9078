package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of {@code GET /images/json}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ImageSummaryJson(
    long containers,
    long created,
    String id,
    @Nullable Map<String, String> labels,
    String parentId,
    @Nullable List<String> repoDigests,
    @Nullable List<String> repoTags,
    long sharedSize,
    long size,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long virtualSize) {}
