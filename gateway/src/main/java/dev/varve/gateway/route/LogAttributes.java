package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.gateway.docker.LinearPattern;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code --log-opt labels=…}, {@code env=…}, their regular expressions and {@code tag=…} add
 * to each line when details are asked for.
 */
final class LogAttributes {
  private static final int SHORT = 12;
  private static final String ALGORITHM = "sha256:";

  private LogAttributes() {}

  /** As {@code key=value,key=value}, escaped, sorted; empty when the options name none. */
  static String of(Container container) {
    Map<String, String> options = container.getHost().getLogOptionsMap();
    Map<String, String> attributes = new TreeMap<>();
    container
        .getConfig()
        .getLabelsMap()
        .forEach((name, value) -> {
          if (isWanted(options, "labels", name)) {
            attributes.put(name, value);
          }
        });
    for (String entry : container.getConfig().getEnvList()) {
      int equals = entry.indexOf('=');
      if (equals > 0 && isWanted(options, "env", entry.substring(0, equals))) {
        attributes.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    String tag = options.getOrDefault("tag", "");
    if (!tag.isEmpty()) {
      attributes.put("tag", tag(tag, container));
    }
    return attributes.entrySet().stream()
        .map(entry -> escape(entry.getKey()) + "=" + escape(entry.getValue()))
        .collect(Collectors.joining(","));
  }

  private static boolean isWanted(Map<String, String> options, String option, String name) {
    String names = options.getOrDefault(option, "");
    String expression = options.getOrDefault(option + "-regex", "");
    return !names.isEmpty() && List.of(names.split(",", -1)).contains(name)
        || !expression.isEmpty() && LinearPattern.find(expression, name);
  }

  /** Fills Docker's fields in; what else a template of Go could say stays as it is. */
  private static String tag(String template, Container container) {
    String image = container.getImageId();
    String bareImage = image.startsWith(ALGORITHM) ? image.substring(ALGORITHM.length()) : image;
    return template
        .replace("{{.ID}}", head(container.getId()))
        .replace("{{.FullID}}", container.getId())
        .replace("{{.Name}}", container.getName())
        .replace("{{.ImageID}}", head(bareImage))
        .replace("{{.ImageFullID}}", image)
        .replace("{{.ImageName}}", container.getConfig().getImage())
        .replace("{{.DaemonName}}", "docker");
  }

  private static String head(String id) {
    return id.substring(0, Math.min(SHORT, id.length()));
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
