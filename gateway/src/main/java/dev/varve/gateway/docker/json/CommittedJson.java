package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/** The answer to {@code POST /commit}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record CommittedJson(String id) {}
