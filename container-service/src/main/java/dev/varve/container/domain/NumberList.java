package dev.varve.container.domain;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The kernel's way to write sets of processors and memory nodes: {@code 0-2,7}. */
public final class NumberList {
  /** More than any machine has; a larger number in a wish would only cost memory. */
  private static final int MOST = 8191;

  private NumberList() {}

  /** Empty when the text is no such list. */
  public static Optional<SortedSet<Integer>> parse(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    if (text.isEmpty()) {
      return Optional.of(numbers);
    }
    for (String part : text.split(",", -1)) {
      String[] ends = part.split("-", 2);
      int first = number(ends[0]);
      int last = ends.length == 1 ? first : number(ends[1]);
      if (first < 0 || last < first || last > MOST) {
        return Optional.empty();
      }
      for (int number = first; number <= last; number++) {
        numbers.add(number);
      }
    }
    return Optional.of(numbers);
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }
}
