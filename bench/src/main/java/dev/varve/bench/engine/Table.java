package dev.varve.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report: one row a work, as a Markdown table. */
final class Table {
  private final List<String> rows = new ArrayList<>();

  /**
   * @param last heading of the last column
   */
  Table(String last) {
    rows.add("| work | varve | dockerd | ratio | " + last + " |");
    rows.add("|---|---|---|---|---|");
  }

  /** NaN for what was not measured. */
  void row(String work, String unit, double varve, double dockerd, double floor) {
    row(work, unit, varve, dockerd, value(floor, unit));
  }

  void row(String work, String unit, double varve, double dockerd, String last) {
    rows.add(
        "| %s | %s | %s | %s | %s |"
            .formatted(
                work,
                value(varve, unit),
                value(dockerd, unit),
                Double.isNaN(dockerd) || Double.isNaN(varve)
                    ? "-"
                    : String.format(Locale.ROOT, "%.2f", varve / dockerd),
                last));
    System.out.println(rows.getLast());
  }

  private static String value(double value, String unit) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.0f %s", value, unit);
  }

  @Override
  public String toString() {
    return String.join("\n", rows) + "\n";
  }
}
