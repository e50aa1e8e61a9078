package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/** Answer to {@code POST /volumes/prune}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record VolumesPrunedJson(List<String> volumesDeleted, long spaceReclaimed) {}
