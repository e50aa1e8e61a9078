package dev.varve.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;

/**
 * Compares JSON with a table of {@code path | shape}: clients tell {@code null}, {@code []}, {@code
 * {}} and an absent key apart, so the shapes do too. Several shapes with a comma between are
 * alternatives; {@code old:} and {@code new:} bind a shape to engines below and from API 1.44.
 */
final class Shape {
  private Shape() {}

  static void check(String table, JsonNode json) {
    SoftAssertions all = new SoftAssertions();
    Table.rows(table)
        .forEach(row -> {
          JsonNode value = json.at("/" + row.get(0).replace("~", "~0").replace('.', '/'));
          List<String> shapes = forThisEngine(row.get(1));
          all.assertThat(shapes)
              .as("%s is %s", row.get(0), value.isMissingNode() ? "absent" : value)
              .anyMatch(shape -> fits(shape, value));
        });
    all.assertAll();
  }

  /** The first parts of the table's paths. */
  static Set<String> topLevel(String table) {
    return Table.rows(table)
        .map(row -> row.getFirst().split("\\.", 2)[0])
        .collect(Collectors.toSet());
  }

  private static List<String> forThisEngine(String shapes) {
    String other = EngineUnderTest.isOld() ? "new:" : "old:";
    List<String> mine =
        Arrays.stream(shapes.split(", "))
            .map(String::strip)
            .filter(shape -> !shape.startsWith(other))
            .map(shape -> shape.replaceFirst("^(old|new):", ""))
            .toList();
    assertThat(mine).as(shapes).isNotEmpty();
    return mine;
  }

  private static boolean fits(String shape, JsonNode value) {
    return switch (shape) {
      case "absent" -> value.isMissingNode();
      case "null" -> value.isNull();
      case "string" -> value.isTextual();
      case "text" -> value.isTextual() && !value.asText().isEmpty();
      case "\"\"" -> value.isTextual() && value.asText().isEmpty();
      case "bool" -> value.isBoolean();
      case "int" -> value.isIntegralNumber();
      case "object" -> value.isObject() && !value.isEmpty();
      case "{}" -> value.isObject() && value.isEmpty();
      case "array" -> value.isArray() && !value.isEmpty();
      case "[]" -> value.isArray() && value.isEmpty();
      case "time" ->
          value.isTextual()
              && value.asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");
      case "id" -> value.isTextual() && value.asText().matches("[0-9a-f]{64}");
      case "digest" -> value.isTextual() && value.asText().matches("sha256:[0-9a-f]{64}");
      default -> value.toString().equals(shape);
    };
  }
}
