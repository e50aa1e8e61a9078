package dev.varve.container.domain;

import java.util.Map;

/**
 * Where the container's output goes.
 *
 * @param driver Docker's name; empty means json-file
 */
public record LogConfig(String driver, Map<String, String> options) {
  public static final LogConfig DEFAULT = new LogConfig("", Map.of());
}
