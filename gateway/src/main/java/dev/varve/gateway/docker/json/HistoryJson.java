package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of {@code GET /images/{name}/history}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record HistoryJson(
    String comment,
    long created,
    String createdBy,
    String id,
    long size,
    @Nullable List<String> tags) {}
