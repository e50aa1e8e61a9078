package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code --log-opt labels=…} and {@code env=…} add to each line when details are asked for.
 */
final class LogAttributes {
  private LogAttributes() {}

  /** As {@code key=value,key=value}, escaped, sorted; empty when the options name none. */
  static String of(Container container) {
    Map<String, String> options = container.getHost().getLogOptionsMap();
    Map<String, String> attributes = new TreeMap<>();
    Map<String, String> labels = container.getConfig().getLabelsMap();
    for (String name : names(options, "labels")) {
      String value = labels.get(name);
      if (value != null) {
        attributes.put(name, value);
      }
    }
    List<String> wanted = names(options, "env");
    for (String entry : container.getConfig().getEnvList()) {
      int equals = entry.indexOf('=');
      if (equals > 0 && wanted.contains(entry.substring(0, equals))) {
        attributes.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return attributes.entrySet().stream()
        .map(entry -> escape(entry.getKey()) + "=" + escape(entry.getValue()))
        .collect(Collectors.joining(","));
  }

  private static List<String> names(Map<String, String> options, String option) {
    String names = options.get(option);
    return names == null || names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
