package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/** The answer to {@code POST /containers/create}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record CreatedJson(String id, List<String> warnings) {}
