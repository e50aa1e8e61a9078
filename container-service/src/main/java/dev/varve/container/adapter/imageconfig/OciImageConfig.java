package dev.varve.container.adapter.imageconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.container.domain.ImageDefaults;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the part of an image config that concerns containers. */
public final class OciImageConfig {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private OciImageConfig() {}

  /**
   * @throws ProblemException when it is not JSON
   */
  public static ImageDefaults parse(byte[] json) {
    JsonNode config;
    try {
      config = json.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(json).path("config");
    } catch (IOException e) {
      throw Refusals.fault("the image's config cannot be read: " + e.getMessage()).asException();
    }
    return new ImageDefaults(
        texts(config.path("Entrypoint")),
        texts(config.path("Cmd")),
        texts(config.path("Env")),
        config.path("WorkingDir").asText(""),
        config.path("User").asText(""),
        labels(config.path("Labels")),
        keys(config.path("ExposedPorts")),
        keys(config.path("Volumes")),
        config.path("StopSignal").asText(""),
        health(config.path("Healthcheck")));
  }

  private static Optional<HealthCheck> health(JsonNode check) {
    return check.isObject()
        ? Optional.of(
            new HealthCheck(
                texts(check.path("Test")),
                check.path("Interval").asLong(),
                check.path("Timeout").asLong(),
                check.path("StartPeriod").asLong(),
                check.path("StartInterval").asLong(),
                check.path("Retries").asInt()))
        : Optional.empty();
  }

  /** A lone string stands for a list of one, as some builders write it. */
  private static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(node.asText());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(entry -> texts.add(entry.asText()));
    return texts;
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static Map<String, String> labels(JsonNode node) {
    Map<String, String> labels = new TreeMap<>();
    node.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
    return labels;
  }
}
