package dev.varve.e2e.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The statuses of a table's cell: Docker 28's come first, those behind {@code old:} are accepted
 * from older engines.
 */
final class Statuses {
  private Statuses() {}

  static List<Integer> of(String cell) {
    String[] parts = cell.split("old:", 2);
    List<Integer> statuses = new ArrayList<>(numbers(parts[0]));
    if (parts.length > 1 && EngineUnderTest.isOld()) {
      statuses.addAll(numbers(parts[1]));
    }
    return statuses;
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(" or ")).map(String::strip).map(Integer::valueOf).toList();
  }
}
