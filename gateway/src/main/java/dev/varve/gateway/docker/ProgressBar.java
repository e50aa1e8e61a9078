package dev.varve.gateway.docker;

import java.math.BigDecimal;
import java.math.MathContext;

/** The bar and numbers that Docker's older clients print as they are. */
public final class ProgressBar {
  private static final int WIDTH = 50;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private ProgressBar() {}

  /**
   * Empty when nothing is known.
   *
   * @param total 0 when unknown; bytes
   */
  public static String of(long current, long total) {
    if (current <= 0 && total <= 0) {
      return "";
    }
    if (total <= 0) {
      return "%8s".formatted(size(current));
    }
    int done = (int) Math.min(WIDTH, current * 100.0 / total / 2);
    String bar = "[" + "=".repeat(done) + ">" + " ".repeat(WIDTH - done) + "] ";
    return bar
        + (current > total
            ? "%8s".formatted(size(current))
            : "%8s/%s".formatted(size(current), size(total)));
  }

  /** Four significant digits, as Docker shows sizes. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return rounded.toPlainString() + UNITS[unit];
  }
}
