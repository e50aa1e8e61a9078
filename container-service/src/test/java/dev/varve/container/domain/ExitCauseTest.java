package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.OutOfMemory;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ExitCause.Kind;
import org.junit.jupiter.api.Test;

/** Why a run ended, by what was recorded before. */
class ExitCauseTest {
  private static final String ID = "c".repeat(64);

  private static ExitCause cause(Exited seen, ContainerEvent... before) {
    Given given =
        Given.nothing()
            .and(
                Subjects.container(ID),
                new Created(ID, "web", Specs.spec(), "node-1", 1),
                new StartRequested(StartReason.ASKED),
                new Started(17, Given.TIME, 1700))
            .and(Subjects.container(ID), before);
    given.when(facts -> RunDecider.exited(facts, ID, seen));
    return given.container(ID).orElseThrow().outcome().cause();
  }

  private static Exited code(int code) {
    return new Exited(code, Given.TIME, false, "");
  }

  @Test
  void byItself() {
    assertThat(cause(code(3))).isEqualTo(new ExitCause(Kind.EXIT, 0, "", ""));
  }

  @Test
  void byASignalOfOurs() {
    assertThat(cause(code(137), new SignalRequested(9)))
        .isEqualTo(new ExitCause(Kind.SIGNAL, 9, "kill", "test"));
    assertThat(cause(code(143), new StopRequested(15, 10, StopPurpose.STOP)))
        .isEqualTo(new ExitCause(Kind.SIGNAL, 15, "stop", "test"));
    assertThat(
            cause(
                code(137), new StopRequested(15, 10, StopPurpose.RESTART), new SignalRequested(9)))
        .isEqualTo(new ExitCause(Kind.SIGNAL, 9, "restart", "test"));
    assertThat(cause(code(143), new StopRequested(15, 0, StopPurpose.STOP), new SignalRequested(9)))
        .as("it was about to end when it was killed")
        .isEqualTo(new ExitCause(Kind.SIGNAL, 15, "stop", "test"));
    assertThat(cause(code(137), new RemoveRequested(true, false), new SignalRequested(9)))
        .isEqualTo(new ExitCause(Kind.SIGNAL, 9, "remove", "test"));
    assertThat(cause(code(143), new StopRequested(15, 10, StopPurpose.UNHEALTHY)))
        .isEqualTo(new ExitCause(Kind.SIGNAL, 15, "health", "test"));
  }

  @Test
  void byItselfBecauseItWasAsked() {
    assertThat(cause(code(0), new StopRequested(15, 10, StopPurpose.STOP)))
        .isEqualTo(new ExitCause(Kind.EXIT, 15, "stop", "test"));
  }

  @Test
  void bySomebodyElse() {
    assertThat(cause(code(137))).isEqualTo(new ExitCause(Kind.OUTSIDE, 9, "", ""));
    assertThat(cause(code(137), new SignalRequested(15)).kind()).isEqualTo(Kind.OUTSIDE);
    assertThat(cause(code(255)).kind()).isEqualTo(Kind.EXIT);
  }

  @Test
  void byTheKernelForItsMemory() {
    assertThat(cause(new Exited(137, Given.TIME, true, "")).kind()).isEqualTo(Kind.OOM);
    assertThat(cause(code(137), new OutOfMemory()).kind()).isEqualTo(Kind.OOM);
    assertThat(cause(code(1), new OutOfMemory()).kind()).isEqualTo(Kind.EXIT);
    assertThat(cause(code(137), new OutOfMemory(), new SignalRequested(9)).kind())
        .isEqualTo(Kind.SIGNAL);
  }

  @Test
  void unknownWithoutItsMonitor() {
    Exited lost = code(255).because(ExitCause.of(Kind.MONITOR_LOST));
    assertThat(cause(lost, new SignalRequested(9)).kind()).isEqualTo(Kind.MONITOR_LOST);
  }

  @Test
  void outOfMemoryIsTheRunsOwnAndComesBeforeItsEnd() {
    Given given =
        Given.nothing()
            .and(
                Subjects.container(ID),
                new Created(ID, "web", Specs.spec(), "node-1", 1),
                new StartRequested(StartReason.ASKED),
                new Started(17, Given.TIME, 1700));
    var ended =
        given.when(facts -> RunDecider.exited(facts, ID, new Exited(137, Given.TIME, true, "")));
    assertThat(ended.drafts().getFirst().event()).isEqualTo(new OutOfMemory());
    assertThat(given.container(ID).orElseThrow().outcome().oomKilled()).isTrue();

    given.and(
        Subjects.container(ID),
        new StartRequested(StartReason.ASKED),
        new Started(18, Given.TIME, 1800));
    given.when(facts -> RunDecider.exited(facts, ID, code(137)));
    assertThat(given.container(ID).orElseThrow().outcome().oomKilled()).isFalse();
  }
}
