package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Pause;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.PauseDecider;
import dev.varve.container.domain.PauseReason;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Freezes runs and lets them go on: for a person, until a person says so; and for those who read
 * its file system, as long as one of them holds it.
 */
public final class PauseContainer {
  private static final Logger LOG = Logger.getLogger(PauseContainer.class);

  private final Engine engine;

  /** How many hold a container still, by its id; touched in its lane and under this lock. */
  private final Map<String, Integer> holders = new HashMap<>();

  public PauseContainer(Engine engine) {
    this.engine = engine;
  }

  public void pause(Cause cause, String reference) {
    String id = Lookup.find(engine.directory(), reference).id();
    inLane(
        id,
        "pause",
        () -> {
          engine.ledger().decide(cause, facts -> PauseDecider.pause(facts, id, reference));
          engine.steps().reach(Steps.PAUSE_REQUESTED);
          carryThrough(cause, id);
        });
  }

  public void unpause(Cause cause, String reference) {
    String id = Lookup.find(engine.directory(), reference).id();
    inLane(
        id,
        "unpause",
        () -> {
          engine.ledger().decide(cause, facts -> PauseDecider.unpause(facts, id, reference));
          goOn(cause, id);
        });
  }

  /**
   * Holds a container still. One that a person paused is still already, and one that does not run.
   *
   * @return to be released once
   */
  public Hold hold(Cause cause, String reference) {
    String id = Lookup.find(engine.directory(), reference).id();
    boolean[] held = new boolean[1];
    inLane(
        id,
        "pause",
        () -> {
          boolean begun = engine.ledger().decide(cause, facts -> PauseDecider.freeze(facts, id));
          engine.steps().reach(Steps.PAUSE_REQUESTED);
          if (begun) {
            carryThrough(cause, id);
          }
          held[0] = begun || isFor(id, PauseReason.COMMIT);
          if (held[0]) {
            count(id, 1);
          }
        });
    return new Hold(cause, id, held[0]);
  }

  /** Somebody's wish that a container keeps still. */
  public final class Hold {
    private final Cause cause;
    private final String id;
    private final boolean frozen;

    private Hold(Cause cause, String id, boolean frozen) {
      this.cause = cause;
      this.id = id;
      this.frozen = frozen;
    }

    /** False when the container was left as it is. */
    public boolean isFrozen() {
      return frozen;
    }

    /** Lets it go on unless others hold it too. */
    public void release() {
      if (frozen) {
        PauseContainer.this.release(cause, id);
      }
    }
  }

  private void release(Cause cause, String id) {
    inLane(
        id,
        "unpause",
        () -> {
          if (count(id, -1) == 0) {
            thaw(cause, id, List.of(PauseReason.COMMIT));
          }
        });
  }

  private synchronized int count(String id, int more) {
    int now = holders.merge(id, more, Integer::sum);
    if (now == 0) {
      holders.remove(id);
    }
    return now;
  }

  private boolean isFor(String id, PauseReason reason) {
    return engine.facts().container(id).flatMap(Container::pause).stream()
        .anyMatch(pause -> pause.reason() == reason);
  }

  /** Before a signal that shall end it: what is frozen takes none. */
  void thawToEnd(Cause cause, String id) throws IOException {
    thaw(cause, id, List.of(PauseReason.values()));
  }

  private void thaw(Cause cause, String id, List<PauseReason> reasons) throws IOException {
    if (engine.ledger().decide(cause, facts -> PauseDecider.thaw(facts, id, reasons))) {
      goOn(cause, id);
    }
  }

  private void carryThrough(Cause cause, String id) throws IOException {
    try {
      engine.runtime().pause(id);
    } catch (IOException e) {
      // It may have ended meanwhile; in any case nothing stays frozen by half.
      Effects.clean("freezer of " + id, () -> engine.runtime().unpause(id));
      engine.ledger().decide(cause, facts -> PauseDecider.unpaused(facts, id));
      throw e;
    }
    engine.steps().reach(Steps.PAUSE_FROZEN);
    engine.ledger().decide(cause, facts -> PauseDecider.paused(facts, id));
  }

  private void goOn(Cause cause, String id) throws IOException {
    engine.steps().reach(Steps.UNPAUSE_REQUESTED);
    engine.runtime().unpause(id);
    engine.ledger().decide(cause, facts -> PauseDecider.unpaused(facts, id));
  }

  /** After the engine was away: nobody holds a container still any more. */
  void recover(Cause cause, String id) {
    Pause pause = engine.facts().container(id).flatMap(Container::pause).orElse(null);
    if (pause == null) {
      return;
    }
    try {
      switch (pause.reason()) {
        case COMMIT -> thaw(cause, id, List.of(PauseReason.COMMIT));
        case USER -> {
          if (!pause.frozen()) {
            carryThrough(cause, id);
          }
        }
      }
    } catch (IOException e) {
      LOG.warnf(e, "container %s could not be brought in line with its pause", id);
    }
  }

  private interface Freezing {
    void run() throws IOException;
  }

  private void inLane(String id, String verb, Freezing work) {
    try {
      engine.lanes().within(id, work::run);
    } catch (IOException e) {
      throw Refusals.fault("Cannot " + verb + " container " + id + ": " + e.getMessage())
          .asException();
    }
  }
}
