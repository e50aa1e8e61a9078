package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/** {@code GET /containers/{id}/top}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record TopJson(List<List<String>> processes, List<String> titles) {}
