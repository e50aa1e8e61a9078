package dev.varve.gateway.docker;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;

/**
 * Texts that are wanted: each of the values may be one, or be a regular expression within it.
 * Expressions are compiled once, however many texts are looked at.
 */
record TextFilter(List<Wanted> values) {
  private record Wanted(String text, Optional<Pattern> expression) {
    boolean fits(String candidate) {
      return candidate.equals(text)
          || (expression.isPresent() && expression.get().matcher(candidate).find());
    }
  }

  static TextFilter of(List<String> values) {
    return new TextFilter(
        values.stream().map(value -> new Wanted(value, LinearPattern.compile(value))).toList());
  }

  /** Whether nothing is wanted in particular, or one of the texts is. */
  boolean fits(String... texts) {
    if (values.isEmpty()) {
      return true;
    }
    for (Wanted wanted : values) {
      for (String text : texts) {
        if (wanted.fits(text)) {
          return true;
        }
      }
    }
    return false;
  }
}
