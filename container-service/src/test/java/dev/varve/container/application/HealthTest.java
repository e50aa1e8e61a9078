package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.container.domain.HealthRules.Health;
import dev.varve.container.domain.HealthRules.Probe;
import dev.varve.container.domain.HealthStatus;
import dev.varve.container.domain.LifeSpecs;
import dev.varve.container.domain.Specs;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health checks, from the first look to the restart that may follow the last. */
class HealthTest {
  private static final HealthCheck CHECK = LifeSpecs.check("CMD", "probe");

  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private String running(boolean restart) throws InterruptedException {
    String id = engine.create("web", LifeSpecs.asked(Specs.process("sleep"), CHECK, restart));
    engine.use().start().start(TestEngine.CAUSE, id);
    return id;
  }

  private Health health(String id) {
    return engine.use().health().of(engine.container(id)).orElseThrow();
  }

  private HealthStatus status(String id) {
    return engine.container(id).health();
  }

  /** The probe that runs, as the kernel knows it. */
  private String begun(String id) {
    engine.alarm.ring();
    await().until(() -> engine.kernel.alive().stream().anyMatch(key -> key.startsWith(id + "/")));
    return engine.kernel.alive().stream()
        .filter(key -> key.startsWith(id + "/"))
        .findFirst()
        .orElseThrow();
  }

  /** It is looked at once; the next look is set. */
  private void probe(String id, int code, String output) {
    String key = begun(id);
    engine.kernel.print(key, output);
    engine.kernel.end(key, code);
    await().until(() -> !engine.alarm.delays().isEmpty() || status(id) == HealthStatus.UNHEALTHY);
  }

  @Test
  void itStartsTurnsHealthyAndUnhealthyAndOnlyThatIsRecorded() throws Exception {
    String id = running(false);
    assertThat(status(id)).isEqualTo(HealthStatus.STARTING);
    assertThat(engine.alarm.delays()).containsExactly(Duration.ofSeconds(1));

    probe(id, 0, "fine");
    assertThat(status(id)).isEqualTo(HealthStatus.HEALTHY);
    probe(id, 0, "fine");
    probe(id, 1, "bad");
    assertThat(health(id).failingStreak()).isEqualTo(1);
    assertThat(status(id)).isEqualTo(HealthStatus.HEALTHY);
    probe(id, 7, "worse");
    await().until(() -> status(id) == HealthStatus.UNHEALTHY);

    assertThat(health(id).probes())
        .extracting(Probe::output)
        .containsExactly("fine", "fine", "bad", "worse");
    assertThat(engine.history(id).stream().filter("HealthChanged"::equals)).hasSize(2);
    assertThat(engine.use().engine().directory().execsOf(id)).isEmpty();
  }

  @Test
  void aProbeThatCannotRunHasFailed() throws Exception {
    String id =
        engine.create(
            "web",
            LifeSpecs.asked(Specs.process("sleep"), LifeSpecs.check("CMD", "nosuch"), false));
    engine.use().start().start(TestEngine.CAUSE, id);

    engine.alarm.ring();
    await().until(() -> !health(id).probes().isEmpty());

    assertThat(health(id).probes().getFirst())
        .extracting(Probe::exitCode, Probe::output)
        .containsExactly(-1, "exec: \"nosuch\": executable file not found");
  }

  @Test
  void aProbeThatTakesTooLongIsEnded() throws Exception {
    HealthCheck check = new HealthCheck(List.of("CMD", "probe"), 0, 1_000_000, 0, 0, 1);
    String id = engine.create("web", LifeSpecs.asked(Specs.process("sleep"), check, false));
    engine.use().start().start(TestEngine.CAUSE, id);

    engine.alarm.ring();
    await().until(() -> status(id) == HealthStatus.UNHEALTHY);

    assertThat(health(id).probes().getFirst())
        .extracting(Probe::exitCode, Probe::output)
        .containsExactly(-1, "Health check exceeded timeout (1ms)");
    await().until(() -> engine.kernel.alive().equals(List.of(id)));
  }

  @Test
  void whatIsPausedIsNotLookedAt() throws Exception {
    String id = running(false);
    probe(id, 0, "");
    engine.use().pause().pause(TestEngine.CAUSE, "web");
    engine.alarm.ring();
    assertThat(engine.kernel.alive()).containsExactly(id);

    engine.use().pause().unpause(TestEngine.CAUSE, "web");
    assertThat(status(id)).isEqualTo(HealthStatus.HEALTHY);
    probe(id, 1, "");
    assertThat(health(id).failingStreak()).isEqualTo(1);
  }

  @Test
  void whatHasEndedIsNotLookedAtNorHealthy() throws Exception {
    String id = running(false);
    probe(id, 0, "fine");
    engine.use().stop().stop(TestEngine.CAUSE, "web", OptionalInt.of(1), "");
    await().until(() -> engine.kernel.alive().isEmpty());
    engine.alarm.ring();

    assertThat(health(id).status()).isEqualTo(HealthStatus.UNHEALTHY);
    assertThat(health(id).probes()).hasSize(1);
    engine.use().start().start(TestEngine.CAUSE, id);
    assertThat(status(id)).isEqualTo(HealthStatus.STARTING);
    assertThat(health(id).failingStreak()).isZero();
  }

  @Test
  void anEngineThatStartsGoesOnWhereItWas() throws Exception {
    String id = running(false);
    probe(id, 0, "fine");
    probe(id, 1, "bad");
    engine.restart();

    assertThat(status(id)).isEqualTo(HealthStatus.HEALTHY);
    assertThat(health(id).failingStreak()).isEqualTo(1);
    assertThat(health(id).probes()).hasSize(2);
    probe(id, 1, "bad");
    await().until(() -> status(id) == HealthStatus.UNHEALTHY);
  }

  @Test
  void itIsRestartedWhenUnhealthyIfItWants() throws Exception {
    String id = running(true);
    int before = engine.kernel.run(id).pid;
    probe(id, 1, "");
    probe(id, 1, "");

    await()
        .until(() -> {
          engine.alarm.ring();
          return engine.container(id).status() == Status.RUNNING
              && engine.kernel.run(id) != null
              && engine.kernel.run(id).pid != before;
        });
    assertThat(engine.history(id))
        .containsSubsequence(
            "HealthChanged",
            "StopRequested",
            "Exited",
            "RestartScheduled",
            "StartRequested",
            "Started");
    assertThat(status(id)).isEqualTo(HealthStatus.STARTING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Steps.HEALTH_PROBED,
        Steps.HEALTH_RECORDED,
        Steps.STOP_SIGNALLED,
        Steps.RESTART_DUE
      })
  void aCrashOnTheWayToTheRestartIsMadeUpFor(String step) throws Exception {
    String id = running(true);
    int before = engine.kernel.run(id).pid;
    probe(id, 1, "");
    String last = begun(id);
    engine.crashAt(step);
    engine.untilCrash(() -> {
      engine.kernel.end(last, 1);
      await().until(() -> engine.container(id).status() == Status.RESTARTING);
      await().until(() -> !engine.alarm.delays().isEmpty());
      engine.alarm.ring();
    });
    engine.restart();

    await()
        .until(() -> {
          engine.alarm.ring();
          engine.kernel.alive().stream()
              .filter(key -> key.startsWith(id + "/"))
              .forEach(key -> engine.kernel.end(key, 1));
          return engine.container(id).status() == Status.RUNNING
              && engine.kernel.run(id) != null
              && engine.kernel.run(id).pid != before;
        });
  }
}
