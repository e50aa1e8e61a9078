package dev.varve.gateway.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.gateway.http.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object from a client, read as Docker reads it: names in any case, null as absent, unknown
 * names ignored; and each value that is not of its type refused.
 */
public final class Fields {
  private static final String CANNOT = "invalid JSON: json: cannot unmarshal ";
  private static final String INTO = " into Go struct field ";

  private final String path;
  private final Map<String, JsonNode> values = new LinkedHashMap<>();

  private Fields(String path) {
    this.path = path;
  }

  /**
   * @param path of the object within the body, for messages; empty for the body itself
   * @throws Refusal 400 when it is no object, or says two things of one field; docker-java says
   *     some things twice, in different letters
   */
  public static Fields of(String path, JsonNode node) throws Refusal {
    Fields fields = new Fields(path);
    if (node.isNull() || node.isMissingNode()) {
      return fields;
    }
    if (!node.isObject()) {
      throw path.isEmpty()
          ? Refusal.badRequest("invalid JSON: expected an object")
          : fields.wrong("", node, "struct");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      JsonNode before = fields.values.put(name, entry.getValue());
      if (before != null && !before.equals(entry.getValue())) {
        throw Refusal.badRequest("invalid JSON: duplicate field " + fields.at(entry.getKey()));
      }
    }
    return fields;
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return find(name) != null;
  }

  public String text(String name) throws Refusal {
    JsonNode node = find(name);
    if (node == null) {
      return "";
    }
    if (!node.isTextual()) {
      throw wrong(name, node, "string");
    }
    return node.textValue();
  }

  public boolean flag(String name) throws Refusal {
    JsonNode node = find(name);
    if (node == null) {
      return false;
    }
    if (!node.isBoolean()) {
      throw wrong(name, node, "bool");
    }
    return node.booleanValue();
  }

  /** 0 when absent. */
  public long number(String name) throws Refusal {
    JsonNode node = find(name);
    if (node == null) {
      return 0;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(name, node, "int64");
    }
    return node.longValue();
  }

  /**
   * @throws Refusal 400 also when it does not fit 32 bits
   */
  public int integer(String name) throws Refusal {
    long value = number(name);
    if (value != (int) value) {
      throw notA("int", name, value);
    }
    return (int) value;
  }

  /** 0 when absent. */
  public long unsigned(String name) throws Refusal {
    long value = number(name);
    if (value < 0) {
      throw notA("uint64", name, value);
    }
    return value;
  }

  /** 0 when absent. */
  public int unsignedShort(String name) throws Refusal {
    long value = number(name);
    if (value < 0 || value > 0xFFFF) {
      throw notA("uint16", name, value);
    }
    return (int) value;
  }

  private Refusal notA(String type, String name, long value) {
    return Refusal.badRequest(CANNOT + "number " + value + INTO + at(name) + " of type " + type);
  }

  /** A list of strings; empty when absent. */
  public List<String> texts(String name) throws Refusal {
    JsonNode node = find(name);
    List<String> texts = new ArrayList<>();
    if (node == null) {
      return texts;
    }
    if (!node.isArray()) {
      throw wrong(name, node, "[]string");
    }
    for (JsonNode item : node) {
      if (!item.isTextual()) {
        throw wrong(name, node, "[]string");
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** A list of strings, or one string standing for a list of one. */
  public List<String> words(String name) throws Refusal {
    JsonNode node = find(name);
    return node != null && node.isTextual() ? List.of(node.textValue()) : texts(name);
  }

  /** A list of lists of strings; empty when absent. */
  public List<List<String>> textLists(String name) throws Refusal {
    JsonNode node = find(name);
    List<List<String>> lists = new ArrayList<>();
    if (node == null) {
      return lists;
    }
    if (!node.isArray()) {
      throw wrong(name, node, "[][]string");
    }
    for (JsonNode list : node) {
      List<String> texts = new ArrayList<>();
      for (JsonNode item : list) {
        texts.add(item.asText());
      }
      if (!list.isArray() || !list.valueStream().allMatch(JsonNode::isTextual)) {
        throw wrong(name, node, "[][]string");
      }
      lists.add(texts);
    }
    return lists;
  }

  public Map<String, String> map(String name) throws Refusal {
    Map<String, String> map = new TreeMap<>();
    JsonNode node = find(name);
    if (node == null) {
      return map;
    }
    if (!node.isObject()) {
      throw wrong(name, node, "map[string]string");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw wrong(name, node, "map[string]string");
      }
      map.put(entry.getKey(), entry.getValue().textValue());
    }
    return map;
  }

  /** The names within an object whose values do not matter: Docker's way to write a set. */
  public List<String> keys(String name) throws Refusal {
    JsonNode node = find(name);
    if (node == null) {
      return List.of();
    }
    if (!node.isObject()) {
      throw wrong(name, node, "map[string]struct {}");
    }
    return node.properties().stream().map(Map.Entry::getKey).sorted().toList();
  }

  /** The names in this object, in lower case, of values that may be null. */
  public List<String> names() {
    return values.keySet().stream().sorted().toList();
  }

  public Fields object(String name) throws Refusal {
    JsonNode node = find(name);
    Fields fields = new Fields(at(name));
    return node == null ? fields : of(at(name), node);
  }

  /** The objects of a list. */
  public List<Fields> objects(String name) throws Refusal {
    JsonNode node = find(name);
    List<Fields> objects = new ArrayList<>();
    if (node == null) {
      return objects;
    }
    if (!node.isArray()) {
      throw wrong(name, node, "[]struct");
    }
    for (JsonNode item : node) {
      objects.add(of(at(name), item));
    }
    return objects;
  }

  public List<Integer> integers(String name) throws Refusal {
    JsonNode node = find(name);
    List<Integer> integers = new ArrayList<>();
    if (node == null) {
      return integers;
    }
    if (!node.isArray()) {
      throw wrong(name, node, "[]int");
    }
    for (JsonNode item : node) {
      if (!item.isInt()) {
        throw wrong(name, node, "[]int");
      }
      integers.add(item.intValue());
    }
    return integers;
  }

  /**
   * Refuses what Varve cannot do yet: the field must be absent, or zero, or one of the values that
   * ask for nothing.
   *
   * @param harmless texts of further values that change nothing
   * @throws Refusal 501 naming the field
   */
  public void notYet(String name, String... harmless) throws Refusal {
    JsonNode node = find(name);
    if (node != null && !isZero(node) && !Set.of(harmless).contains(node.asText())) {
      throw Refusal.notYet(at(name));
    }
  }

  private static boolean isZero(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> true;
      case BOOLEAN -> !node.booleanValue();
      case NUMBER -> node.doubleValue() == 0;
      case STRING -> node.textValue().isEmpty();
      case ARRAY, OBJECT -> node.isEmpty();
      case BINARY, POJO -> false;
    };
  }

  private @Nullable JsonNode find(String name) {
    JsonNode node = values.get(name.toLowerCase(Locale.ROOT));
    return node == null || node.isNull() ? null : node;
  }

  private String at(String name) {
    return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
  }

  private Refusal wrong(String name, JsonNode found, String type) {
    String kind =
        switch (found.getNodeType()) {
          case BOOLEAN -> "bool";
          case NUMBER -> found.isIntegralNumber() ? "number" : "number " + found.asText();
          case STRING -> "string";
          case ARRAY -> "array";
          case OBJECT, NULL, MISSING, BINARY, POJO -> "object";
        };
    return Refusal.badRequest(CANNOT + kind + INTO + at(name) + " of type " + type);
  }
}
