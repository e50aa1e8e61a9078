package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.HealthLog.Known;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.HealthDecider;
import dev.varve.container.domain.HealthRules;
import dev.varve.container.domain.HealthRules.Health;
import dev.varve.container.domain.HealthRules.Probe;
import dev.varve.container.domain.HealthStatus;
import dev.varve.eventlog.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the health of each container that runs and is not frozen. Follows the ledger: what
 * begins, ends or pauses a run begins, ends or suspends the looking, whoever did it. The log has
 * the status; how it came to it is kept on the node.
 */
public final class HealthChecks {
  private static final Logger LOG = Logger.getLogger(HealthChecks.class);

  private final Engine engine;
  private final StopContainer stops;
  private final HealthProbe probe;

  /** Those looked at, by container; guarded by this. */
  private final Map<String, Watch> watches = new HashMap<>();

  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile boolean begun;

  /** A run that is looked at. */
  private static final class Watch {
    final String id;
    final long startTicks;
    volatile boolean stopped;

    Watch(String id, long startTicks) {
      this.id = id;
      this.startTicks = startTicks;
    }
  }

  /** To be made before the ledger is started. */
  HealthChecks(Engine engine, Ids ids, StopContainer stops) {
    this.engine = engine;
    this.stops = stops;
    this.probe = new HealthProbe(engine, ids);
    engine.ledger().listen(this::follow);
  }

  /** Looks from now on, beginning with what runs already. */
  void begin() {
    for (Container it : engine.ownContainers()) {
      if (it.spec().isProbed()) {
        try {
          engine.healthLog().read(it.id()).ifPresent(found -> known.put(it.id(), found));
        } catch (IOException | RuntimeException e) {
          LOG.warnf(e, "What was known of the health of %s is lost", it.id());
        }
      }
    }
    begun = true;
    engine.ownContainers().forEach(it -> consider(it.id(), it));
  }

  /** What is known of a container's health; empty without a check, and before its first run. */
  public Optional<Health> of(Container it) {
    if (it.health() == HealthStatus.NONE) {
      return Optional.empty();
    }
    Known found = known.get(it.id());
    return Optional.of(
        found == null
            ? new Health(it.health(), 0, List.of())
            : new Health(it.health(), found.health().failingStreak(), found.health().probes()));
  }

  boolean probeEnded(String execId, Exit exit) {
    return probe.ended(execId, exit);
  }

  /** On the ledger's reader thread. */
  private void follow(Change<DomainState, DomainEvent> change) {
    if (begun) {
      if (change.after() instanceof Container it) {
        consider(it.id(), it);
      } else if (change.before() instanceof Container gone) {
        consider(gone.id(), null);
        known.remove(gone.id());
      }
    }
  }

  private synchronized void consider(String id, @Nullable Container it) {
    Watch present = watches.get(id);
    long wanted = it == null ? 0 : runToLookAt(it);
    if (present != null && present.startTicks != wanted) {
      present.stopped = true;
      watches.remove(id);
      present = null;
    }
    if (present == null && it != null && wanted != 0) {
      Watch watch = new Watch(id, wanted);
      watches.put(id, watch);
      known.compute(id, (_, before) -> ofRun(before, it, wanted));
      later(watch, it);
    }
  }

  /** 0 for none. */
  private long runToLookAt(Container it) {
    return it.phase() instanceof Phase.Running(int _, long startTicks, var pause)
            && pause.isEmpty()
            && it.spec().isProbed()
            && it.node().equals(engine.node())
        ? startTicks
        : 0;
  }

  /** A run that was looked at before goes on where it was. */
  private static Known ofRun(@Nullable Known before, Container it, long startTicks) {
    HealthStatus status = it.run().health();
    if (before == null) {
      return new Known(startTicks, new Health(status, 0, List.of()));
    }
    boolean same = before.startTicks() == startTicks;
    return new Known(
        startTicks,
        new Health(status, same ? before.health().failingStreak() : 0, before.health().probes()));
  }

  private void later(Watch watch, Container it) {
    HealthCheck check = it.spec().healthCheck().orElseThrow();
    Instant now = engine.clock().instant();
    engine
        .alarm()
        .after(
            HealthRules.pause(check, it.run().health(), it.startedAt().orElse(now), now),
            () -> look(watch));
  }

  private void look(Watch watch) {
    Container it = engine.facts().container(watch.id).orElse(null);
    if (watch.stopped || it == null) {
      return;
    }
    try {
      HealthCheck check = it.spec().healthCheck().orElseThrow();
      Probe found = probe.run(it, check);
      engine.steps().reach(Steps.HEALTH_PROBED);
      Known now =
          known.computeIfPresent(
              watch.id,
              (_, before) ->
                  watch.stopped || before.startTicks() != watch.startTicks
                      ? before
                      : new Known(
                          watch.startTicks,
                          HealthRules.after(
                              before.health(),
                              found,
                              check,
                              it.startedAt().orElse(found.start()))));
      if (now != null && !watch.stopped) {
        take(watch, now.health());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      LOG.warnf(e, "The health of %s could not be looked at", watch.id);
    }
    engine
        .facts()
        .container(watch.id)
        .filter(_ -> !watch.stopped)
        .ifPresent(then -> later(watch, then));
  }

  private void take(Watch watch, Health health) {
    Effects.clean(
        "health of " + watch.id,
        () -> engine.healthLog().write(watch.id, new Known(watch.startTicks, health)));
    Optional<StopRequested> stop =
        engine
            .ledger()
            .record(
                Causes.own("health", watch.id),
                facts ->
                    HealthDecider.changed(
                        facts,
                        watch.id,
                        watch.startTicks,
                        health.status(),
                        health.failingStreak()));
    engine.steps().reach(Steps.HEALTH_RECORDED);
    stop.ifPresent(request -> stops.resume("health", watch.id, request));
  }
}
