package dev.varve.container.adapter.conmon;

import dev.varve.eventlog.Problem;
import java.util.Locale;

/** A log option's size: {@code 512}, {@code 100k}, {@code 10m}, {@code 1g}. */
final class LogSize {
  private LogSize() {}

  /**
   * @return bytes
   */
  static long parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replaceFirst("b$", "");
    long unit =
        switch (lower.isEmpty() ? ' ' : lower.charAt(lower.length() - 1)) {
          case 'k' -> 1L << 10;
          case 'm' -> 1L << 20;
          case 'g' -> 1L << 30;
          default -> 1;
        };
    String digits = unit == 1 ? lower : lower.substring(0, lower.length() - 1);
    try {
      return Math.multiplyExact(Long.parseLong(digits), unit);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new Problem(Problem.Code.INVALID, "invalid size: '" + text + "'").asException();
    }
  }
}
