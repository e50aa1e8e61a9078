package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Facts made of events; what a decider says to them. */
public final class Given implements Facts {
  public static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final ContainerEvolution evolution = new ContainerEvolution();
  private final Map<Subject, DomainState> states = new HashMap<>();
  private final Map<Subject, Long> sequences = new HashMap<>();

  public static Given nothing() {
    return new Given();
  }

  public Given and(Subject subject, DomainEvent... events) {
    for (DomainEvent event : events) {
      long sequence = sequences.merge(subject, 1L, Long::sum);
      DomainState after =
          evolution.evolve(
              states.get(subject),
              new Event<>(
                  "id",
                  subject,
                  sequence,
                  TIME,
                  new Cause("test", "test", "test"),
                  "node-1",
                  new Position(0, sequence),
                  event));
      if (after == null) {
        states.remove(subject);
      } else {
        states.put(subject, after);
      }
    }
    return this;
  }

  @Override
  public Optional<DomainState> state(Subject subject) {
    return Optional.ofNullable(states.get(subject));
  }

  /** Decides, and takes the events in when they are accepted. */
  public <R> Then<R> when(Function<Facts, Decision<DomainEvent, R>> decider) {
    Decision<DomainEvent, R> decision = decider.apply(this);
    if (decision instanceof Decision.Accepted<DomainEvent, R>(var drafts, R _)) {
      drafts.forEach(draft -> and(draft.subject(), draft.event()));
    }
    return new Then<>(decision);
  }

  public record Then<R>(Decision<DomainEvent, R> decision) {
    public Then<R> events(DomainEvent... expected) {
      List<DomainEvent> events = new ArrayList<>();
      for (Draft<DomainEvent> draft : drafts()) {
        events.add(draft.event());
      }
      assertThat(events).containsExactly(expected);
      return this;
    }

    public List<Draft<DomainEvent>> drafts() {
      assertThat(decision).isInstanceOf(Decision.Accepted.class);
      return ((Decision.Accepted<DomainEvent, R>) decision).events();
    }

    public R answer() {
      assertThat(decision).isInstanceOf(Decision.Accepted.class);
      return ((Decision.Accepted<DomainEvent, R>) decision).answer();
    }

    public void refused(Problem.Code code, String message) {
      assertThat(decision).isEqualTo(Decision.reject(code, message));
    }
  }
}
