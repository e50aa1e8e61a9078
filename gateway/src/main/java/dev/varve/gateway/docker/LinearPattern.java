package dev.varve.gateway.docker;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Patterns that clients give, matched in time linear in the text: RE2, and bounds on what RE2 would
 * unroll.
 */
public final class LinearPattern {
  private static final int MAX_LENGTH = 1024;
  private static final long MAX_UNROLLED = 1000;
  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{([0-9]{1,4})(?:,([0-9]{0,4}))?}");

  private LinearPattern() {}

  /** Whether the expression occurs in the text; one that is no expression occurs nowhere. */
  public static boolean find(String expression, String text) {
    return compile(expression).filter(pattern -> pattern.matcher(text).find()).isPresent();
  }

  /** Empty for what is no expression, or one too many: it occurs nowhere. */
  static Optional<Pattern> compile(String expression) {
    if (expression.length() > MAX_LENGTH || unrolled(expression) > MAX_UNROLLED) {
      return Optional.empty();
    }
    try {
      return Optional.of(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a shell pattern ({@code * ? [a-z]}, none of which crosses a slash) fits the whole text.
   */
  static boolean glob(String pattern, String text) {
    StringBuilder regex = new StringBuilder("^");
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?' -> regex.append("[^/]");
        case '[', ']', '-', '^' -> regex.append(c);
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return compile(regex.append('$').toString())
        .filter(compiled -> compiled.matcher(text).find())
        .isPresent();
  }

  private static long unrolled(String expression) {
    long product = 1;
    Matcher counts = COUNT.matcher(expression);
    while (counts.find() && product <= MAX_UNROLLED) {
      String upper = counts.group(2);
      long count = Long.parseLong(upper == null || upper.isEmpty() ? counts.group(1) : upper);
      product *= Math.max(1, count);
    }
    return product;
  }
}
