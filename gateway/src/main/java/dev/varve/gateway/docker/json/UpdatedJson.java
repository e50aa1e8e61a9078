package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to an update. */
public record UpdatedJson(@JsonProperty("Warnings") @Nullable List<String> warnings) {}
