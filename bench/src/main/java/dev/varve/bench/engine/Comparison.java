package dev.varve.bench.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a work on each engine in turn, round by round, so that whatever else the machine does falls
 * on all of them, and puts the medians into the table.
 *
 * @param engines Varve first, then dockerd when there is one
 * @param rounds as many as a work of ordinary length gets
 */
record Comparison(List<Subject> engines, BareCrun crun, int rounds, Table table) {
  static final String MILLISECONDS = "ms";
  static final String PER_SECOND = "/s";

  /** Passes before the first that counts: what is measured is a warm engine. */
  static final int WARM_UP = 20;

  /** Work on one engine, given that engine. */
  @FunctionalInterface
  interface EngineWork {
    void run(Subject engine, Timings timings) throws Exception;
  }

  /** The same work without an engine. */
  @FunctionalInterface
  interface FloorWork {
    void run(Timings timings) throws Exception;
  }

  void time(
      String work, int rounds, int warmUp, EngineWork onEngine, @Nullable FloorWork onBareCrun)
      throws Exception {
    compare(work, MILLISECONDS, rounds, warmUp, onEngine, onBareCrun);
  }

  /**
   * @param unit of what the works put into their timings
   */
  void compare(
      String work,
      String unit,
      int rounds,
      int warmUp,
      EngineWork onEngine,
      @Nullable FloorWork onBareCrun)
      throws Exception {
    List<Timings> timings = new ArrayList<>();
    for (Subject engine : engines) {
      timings.add(new Timings());
      for (int pass = 0; pass < warmUp; pass++) {
        onEngine.run(engine, new Timings());
      }
    }
    Timings floor = new Timings();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < engines.size(); i++) {
        onEngine.run(engines.get(i), timings.get(i));
      }
      if (onBareCrun != null && crun.isPresent()) {
        onBareCrun.run(floor);
      }
    }
    table.row(
        work,
        unit,
        timings.getFirst().median(),
        engines.size() > 1 ? timings.getLast().median() : Double.NaN,
        floor.isEmpty() ? Double.NaN : floor.median());
  }
}
