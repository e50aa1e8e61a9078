package dev.varve.image.dockerfile;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Variables that remember what was asked for. */
final class RecordedVariables implements Variables {
  private final Variables variables;
  private final Set<String> found = new TreeSet<>();
  private final Set<String> missing = new TreeSet<>();
  private Optional<String> result = Optional.empty();

  RecordedVariables(Variables variables) {
    this.variables = variables;
  }

  @Override
  public Optional<String> value(String name) {
    Optional<String> value = variables.value(name);
    (value.isPresent() ? found : missing).add(name);
    return value;
  }

  /** Expands a text; what does not expand has no result, and fails in the build. */
  void expand(char escape, String text) {
    try {
      result = Optional.of(new Expansion(escape, this).word(text));
    } catch (Malformed e) {
      result = Optional.empty();
    }
  }

  Optional<String> result() {
    return result;
  }

  Set<String> found() {
    return found;
  }

  Set<String> missing() {
    return missing;
  }
}
