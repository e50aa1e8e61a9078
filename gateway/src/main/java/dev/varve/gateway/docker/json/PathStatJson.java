package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What {@code docker cp} is told of a path, in a header.
 *
 * @param mode as Go has it
 */
public record PathStatJson(
    @JsonProperty("name") String name,
    @JsonProperty("size") long size,
    @JsonProperty("mode") long mode,
    @JsonProperty("mtime") String mtime,
    @JsonProperty("linkTarget") String linkTarget) {}
