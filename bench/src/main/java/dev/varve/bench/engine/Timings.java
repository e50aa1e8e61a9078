package dev.varve.bench.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one work on one engine, in milliseconds. */
final class Timings {
  private final List<Double> millis = new ArrayList<>();

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

  /**
   * What ends now.
   *
   * @param begin on {@link System#nanoTime}'s scale
   */
  void add(long begin) {
    millis.add((System.nanoTime() - begin) / 1e6);
  }

  boolean isEmpty() {
    return millis.isEmpty();
  }

  double median() {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
