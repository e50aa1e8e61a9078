package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a root file system or an image lies. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record GraphDriverJson(@Nullable Map<String, String> data, String name) {}
