package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * One difference between two images, as Docker tells of a container's.
 *
 * @param pathBase64 the exact bytes, when they are no text
 * @param kind 0 modified, 1 added, 2 deleted
 */
@JsonNaming(UpperCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FileChangeJson(String path, @Nullable String pathBase64, int kind) {}
