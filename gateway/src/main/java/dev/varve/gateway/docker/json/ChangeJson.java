package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One line of {@code docker diff}.
 *
 * @param kind 0 modified, 1 added, 2 deleted
 */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ChangeJson(String path, int kind) {}
