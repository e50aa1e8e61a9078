package dev.varve.image.dockerfile;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1m30s}, {@code 1.5h}, {@code 0}. */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,20}(?:\\.\\d{0,20})?|\\.\\d{1,20})([^\\d.]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00B5s", 1_000L,
          "\u03BCs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /**
   * @throws Malformed with Go's text
   */
  static long nanos(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0;
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int end = 0;
    while (end < rest.length() && part.region(end, rest.length()).lookingAt()) {
      nanos = nanos.add(number(part.group(1)).multiply(unit(part, text)));
      end = part.end();
    }
    if (rest.isEmpty() || end < rest.length() || nanos.compareTo(MOST) > 0) {
      throw new Malformed("time: invalid duration " + Quoted.of(text));
    }
    return negative ? -nanos.longValue() : nanos.longValue();
  }

  private static BigDecimal number(String text) {
    return new BigDecimal(text.indexOf('.') < 0 ? text : "0" + text + "0");
  }

  private static BigDecimal unit(Matcher part, String text) {
    String name = part.group(2);
    if (name.isEmpty()) {
      throw new Malformed("time: missing unit in duration " + Quoted.of(text));
    }
    Long unit = UNITS.get(name);
    if (unit == null) {
      throw new Malformed(
          "time: unknown unit " + Quoted.of(name) + " in duration " + Quoted.of(text));
    }
    return BigDecimal.valueOf(unit);
  }
}
