package dev.varve.image.adapter.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.image.domain.RunConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the part of an image's config that its containers get. */
final class RunConfigReader {
  private RunConfigReader() {}

  static RunConfig read(JsonNode config) {
    return RunConfig.of(
        new RunConfig.Values(
            JsonText.text(config, "User"),
            names(config.path("ExposedPorts")),
            JsonText.strings(config, "Env"),
            command(config, "Cmd"),
            command(config, "Entrypoint"),
            names(config.path("Volumes")),
            JsonText.text(config, "WorkingDir"),
            labels(config.path("Labels")),
            JsonText.text(config, "StopSignal"),
            JsonText.strings(config, "OnBuild"),
            JsonText.strings(config, "Shell"),
            healthCheck(config.path("Healthcheck"))));
  }

  /** The members of an object of empty objects. */
  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static Optional<List<String>> command(JsonNode config, String field) {
    return config.path(field).isArray()
        ? Optional.of(JsonText.strings(config, field))
        : Optional.empty();
  }

  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getValue().isTextual()) {
        labels.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return labels;
  }

  private static Optional<RunConfig.HealthCheck> healthCheck(JsonNode node) {
    return node.isObject()
        ? Optional.of(
            new RunConfig.HealthCheck(
                JsonText.strings(node, "Test"),
                JsonText.number(node, "Interval"),
                JsonText.number(node, "Timeout"),
                JsonText.number(node, "StartPeriod"),
                JsonText.number(node, "StartInterval"),
                (int) JsonText.number(node, "Retries")))
        : Optional.empty();
  }
}
