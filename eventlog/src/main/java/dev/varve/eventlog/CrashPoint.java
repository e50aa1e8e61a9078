package dev.varve.eventlog;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A named place between an effect and its record at which tests kill the process, the way kill -9
 * would: no shutdown hook, no finally.
 *
 * <p>{@code VARVE_CRASH_AT=container.start.created} halts at the first pass, {@code …:3} at the
 * third. Costs a string comparison otherwise.
 */
public final class CrashPoint {
  private static final @Nullable String NAME;
  private static final AtomicInteger PASSES_LEFT = new AtomicInteger(1);

  static {
    String armed = System.getProperty("varve.crash.at", System.getenv("VARVE_CRASH_AT"));
    if (armed == null || armed.isBlank()) {
      NAME = null;
    } else {
      int colon = armed.lastIndexOf(':');
      NAME = colon < 0 ? armed : armed.substring(0, colon);
      PASSES_LEFT.set(colon < 0 ? 1 : Integer.parseInt(armed.substring(colon + 1)));
    }
  }

  private CrashPoint() {}

  /** Halts the JVM with status 137 when this point is armed and its turn has come. */
  public static void reach(String name) {
    if (name.equals(NAME) && PASSES_LEFT.decrementAndGet() == 0) {
      System.err.println("crash point " + name);
      Runtime.getRuntime().halt(137);
    }
  }
}
