package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.RunDecider;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Carries out what the log says shall run again, when it is due. The log alone knows of it: an
 * engine that starts takes all of it up.
 */
public final class ScheduledRestarts {
  private static final Logger LOG = Logger.getLogger(ScheduledRestarts.class);
  private static final Duration LOG_IS_AWAY = Duration.ofSeconds(1);

  private static final Duration OTHERS_CHECK = Duration.ofMillis(100);
  private static final Duration PATIENCE_WITH_OTHERS = Duration.ofSeconds(5);

  private final Engine engine;
  private final Links links;
  private final StartContainer starts;

  /** Those whose restart somebody waits for, and carries out himself. */
  private final Set<String> inHand = ConcurrentHashMap.newKeySet();

  private volatile boolean begun;

  /** To be made before the ledger is started. */
  ScheduledRestarts(Engine engine, StartContainer starts) {
    this.engine = engine;
    this.starts = starts;
    this.links = new Links(engine);
    engine.ledger().listen(this::follow);
  }

  /** Takes up what is scheduled, and schedules what shall run because the engine starts. */
  void begin() {
    begun = true;
    for (Container it : engine.ownContainers()) {
      switch (it.phase()) {
        case Phase.Restarting _ -> schedule(it);
        case Phase.Idle _ ->
            Effects.beginCleaning(
                "restart of " + it.id(),
                () -> {
                  Cause cause = Causes.own("start", engine.node());
                  Instant now = engine.clock().instant();
                  engine
                      .ledger()
                      .record(cause, facts -> RunDecider.atEngineStart(facts, it.id(), now));
                });
        case Phase.Starting _, Phase.Running _ -> {}
      }
    }
  }

  /** On the ledger's reader thread. */
  private void follow(Change<DomainState, DomainEvent> change) {
    if (begun
        && change.event().data() instanceof ContainerEvent.RestartScheduled
        && change.after() instanceof Container it) {
      schedule(it);
    }
  }

  private void schedule(Container it) {
    if (it.phase() instanceof Phase.Restarting waiting
        && it.node().equals(engine.node())
        && !inHand.contains(it.id())) {
      Duration left = Duration.between(engine.clock().instant(), waiting.due());
      engine.alarm().after(within(left, waiting.backOff()), () -> carryOut(it.id(), waiting));
    }
  }

  /** A clock that was set back makes nobody wait longer. */
  private static Duration within(Duration left, Duration most) {
    return left.isNegative() ? Duration.ZERO : left.compareTo(most) > 0 ? most : left;
  }

  private void carryOut(String id, Phase.Restarting waiting) {
    if (isWaitingForOthers(id, waiting)) {
      engine.alarm().after(OTHERS_CHECK, () -> carryOut(id, waiting));
      return;
    }
    try {
      engine
          .lanes()
          .within(
              id,
              () -> {
                Container it = engine.facts().container(id).orElse(null);
                if (it != null && it.phase().equals(waiting)) {
                  engine.steps().reach(Steps.RESTART_DUE);
                  var _ = starts.start(Causes.own("restart", id), id, waiting.reason());
                }
              });
    } catch (ProblemException e) {
      LOG.infof("Container %s was not restarted: %s", id, e.getMessage());
    } catch (LogUnavailableException e) {
      engine.alarm().after(LOG_IS_AWAY, () -> carryOut(id, waiting));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it links to is to run before it, if that does not take long. */
  private boolean isWaitingForOthers(String id, Phase.Restarting waiting) {
    return engine.clock().instant().isBefore(waiting.due().plus(PATIENCE_WITH_OTHERS))
        && engine.facts().container(id).filter(links::isWaitedFor).isPresent();
  }

  /** Until {@link #letGo}, the caller carries out the container's restart himself. */
  void take(String id) {
    inHand.add(id);
  }

  /** What the caller left undone is done here. */
  void letGo(String id) {
    inHand.remove(id);
    engine.facts().container(id).ifPresent(this::schedule);
  }
}
