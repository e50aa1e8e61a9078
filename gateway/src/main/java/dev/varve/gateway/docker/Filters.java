package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The {@code filters} parameter: values of one key are alternatives, different keys all have to
 * hold. Comes as {@code {"label":{"a=b":true}}} or as {@code {"label":["a=b"]}}.
 */
public record Filters(Map<String, List<String>> values) {

  /**
   * Parses the parameter; an empty text is no filter.
   *
   * @param known the keys that this list understands
   * @throws Refusal 400
   */
  public static Filters parse(String text, Set<String> known) throws Refusal {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      JsonNode root = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      if (!root.isObject() && !root.isNull()) {
        throw Refusal.badRequest("invalid filter");
      }
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        if (!known.contains(entry.getKey())) {
          throw Refusal.badRequest("invalid filter '" + entry.getKey() + "'");
        }
        values.put(entry.getKey(), valuesOf(entry.getValue()));
      }
    }
    return new Filters(values);
  }

  private static List<String> valuesOf(JsonNode node) throws Refusal {
    List<String> found = new ArrayList<>();
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (entry.getValue().asBoolean()) {
          found.add(entry.getKey());
        }
      }
    } else if (node.isArray()) {
      for (JsonNode item : node) {
        if (!item.isTextual()) {
          throw Refusal.badRequest("invalid filter");
        }
        found.add(item.textValue());
      }
    } else {
      throw Refusal.badRequest("invalid filter");
    }
    return List.copyOf(found);
  }

  public boolean has(String key) {
    return !all(key).isEmpty();
  }

  public List<String> all(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** Whether the key is not filtered on, or some value fits. */
  public boolean any(String key, Predicate<String> fits) {
    return !has(key) || all(key).stream().anyMatch(fits);
  }

  /**
   * Whether a text is one of the values, or one of the values is a regular expression within it.
   */
  public boolean matches(String key, String... texts) {
    return TextFilter.of(all(key)).fits(texts);
  }

  /** Whether the labels have all of the values: {@code key} or {@code key=value}. */
  public boolean labels(String key, Map<String, String> labels) {
    return all(key).stream().allMatch(wanted -> hasLabel(labels, wanted));
  }

  private static boolean hasLabel(Map<String, String> labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }

  /**
   * A yes-or-no filter.
   *
   * @throws Refusal 400 when it is neither, or both
   */
  public boolean flag(String key, boolean whenAbsent) throws Refusal {
    if (!has(key)) {
      return whenAbsent;
    }
    boolean yes = all(key).stream().allMatch(v -> Set.of("1", "true").contains(v));
    boolean no = all(key).stream().allMatch(v -> Set.of("0", "false").contains(v));
    if (yes == no) {
      throw Refusal.badRequest("invalid filter '" + key + "=" + all(key) + "'");
    }
    return yes;
  }
}
