package dev.varve.eventlog.testing;

import java.util.function.LongConsumer;

/**
 * Runs a property with many seeds and names the one that failed. {@code -Dvarve.seed=N} runs that
 * one alone.
 */
public final class Seeds {
  private Seeds() {}

  public static void each(int count, LongConsumer property) {
    Long only = Long.getLong("varve.seed");
    long first = only != null ? only : System.nanoTime();
    for (long seed = first; seed < first + (only != null ? 1 : count); seed++) {
      try {
        property.accept(seed);
      } catch (Throwable e) {
        throw new AssertionError("with -Dvarve.seed=" + seed, e);
      }
    }
    System.out.printf("seeds %d to %d%n", first, first + count - 1);
  }
}
