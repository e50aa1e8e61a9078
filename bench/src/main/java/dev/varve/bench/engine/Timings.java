package dev.varve.bench.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was measured of one work on one engine: durations in milliseconds, or rates. */
final class Timings {
  private final List<Double> values = new ArrayList<>();

  /** Something to be timed. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  void time(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    add(begin);
  }

  /** How many of so many pieces of work were done a second. */
  void rate(int pieces, Work all) throws Exception {
    long begin = System.nanoTime();
    all.run();
    values.add(pieces * 1e9 / (System.nanoTime() - begin));
  }

  /**
   * What ends now.
   *
   * @param begin on {@link System#nanoTime}'s scale
   */
  void add(long begin) {
    values.add((System.nanoTime() - begin) / 1e6);
  }

  /** What was measured elsewhere. */
  void take(double value) {
    values.add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  double median() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
