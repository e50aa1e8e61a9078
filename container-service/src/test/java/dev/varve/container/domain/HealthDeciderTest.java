package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.HealthChanged;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import org.junit.jupiter.api.Test;

class HealthDeciderTest {
  private static final String ID = "c".repeat(64);
  private static final long TICKS = 1700;

  private static Given running(ContainerSpec spec) {
    return Given.nothing()
        .and(
            Subjects.container(ID),
            new Created(ID, "web", spec, "node-1", 1),
            new StartRequested(StartReason.ASKED),
            new Started(17, Given.TIME, TICKS));
  }

  @Test
  void onlyChangesOfThePresentRunAreRecorded() {
    Given given = running(LifeSpecs.spec(LifeSpecs.check("CMD", "true")));

    given.when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.STARTING, 1)).events();
    given
        .when(facts -> HealthDecider.changed(facts, ID, TICKS + 1, HealthStatus.HEALTHY, 0))
        .events();
    given
        .when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.HEALTHY, 0))
        .events(new HealthChanged(HealthStatus.HEALTHY, 0));
    given.when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.HEALTHY, 0)).events();
    given
        .when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.UNHEALTHY, 3))
        .events(new HealthChanged(HealthStatus.UNHEALTHY, 3));
  }

  @Test
  void whatWantsToIsStoppedForARestartInTheSameAppend() {
    Given given = running(LifeSpecs.restartedWhenUnhealthy());
    StopRequested stop = new StopRequested(15, 10, StopPurpose.UNHEALTHY);

    var then =
        given.when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.UNHEALTHY, 2));
    then.events(new HealthChanged(HealthStatus.UNHEALTHY, 2), stop);
    assertThat(then.answer()).contains(stop);
    assertThat(given.container(ID).orElseThrow().restarts().stopped()).isFalse();
  }

  @Test
  void whatIsBeingStoppedIsNotRestartedForItsHealth() {
    Given given = running(LifeSpecs.restartedWhenUnhealthy());
    given.and(Subjects.container(ID), new StopRequested(15, 10, StopPurpose.STOP));

    given
        .when(facts -> HealthDecider.changed(facts, ID, TICKS, HealthStatus.UNHEALTHY, 2))
        .events(new HealthChanged(HealthStatus.UNHEALTHY, 2));
  }
}
