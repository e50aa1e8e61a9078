package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.AttachToContainer.Request;
import dev.varve.container.application.Endings.Condition;
import dev.varve.container.application.Endings.End;
import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.LifeSpecs;
import dev.varve.container.domain.Specs;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers that run again: by their policy, and because somebody asked. */
class RestartTest {
  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private String running(String policy) throws InterruptedException {
    String id = engine.create("web", Specs.process("sleep"), LifeSpecs.restart(policy, 0));
    start(id);
    return id;
  }

  private void start(String id) throws InterruptedException {
    engine.use().start().start(TestEngine.CAUSE, id);
  }

  private void restart(String id) throws InterruptedException {
    engine.use().restart().restart(TestEngine.CAUSE, id, OptionalInt.of(1), "");
  }

  private Status status(String id) {
    return engine.container(id).status();
  }

  private void awaitStatus(String id, Status status) {
    await().until(() -> status(id) == status);
  }

  /** Its run ends, and it waits for the next. */
  private void fail(String id) {
    int waiting = engine.alarm.delays().size();
    engine.kernel.end(id, 1);
    awaitStatus(id, Status.RESTARTING);
    await().until(() -> engine.alarm.delays().size() > waiting);
  }

  private void ring(String id) {
    engine.alarm.ring();
    awaitStatus(id, Status.RUNNING);
  }

  private void crash(String step, TestEngine.Command command) throws InterruptedException {
    engine.crashAt(step);
    engine.untilCrash(command);
    engine.restart();
  }

  @Test
  void itRunsAgainWhenItsBackOffIsOver() throws Exception {
    String id = running("always");
    fail(id);
    assertThat(engine.alarm.delays()).allMatch(it -> it.compareTo(Duration.ofMillis(100)) <= 0);
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(1);

    ring(id);

    assertThat(engine.container(id).restarts().count()).isEqualTo(1);
    assertThat(engine.history(id))
        .containsSubsequence("Exited", "RestartScheduled", "NetworkDisconnected", "StartRequested");
  }

  @Test
  void whileItWaitsItAnswersAsDockerDoes() throws Exception {
    String id = running("always");
    fail(id);
    String waiting = "ontainer %s is restarting, wait until the container is running";

    assertThat(engine.use().start().start(TestEngine.CAUSE, id)).isFalse();
    assertThatThrownBy(
            () -> engine.use().execs().create(TestEngine.CAUSE, "web", Specs.exec("true")))
        .hasMessage("C" + waiting.formatted(id));
    assertThatThrownBy(() ->
            engine
                .use()
                .attach()
                .attach(
                    TestEngine.CAUSE,
                    new Request("web", false, true, true, false, true, ""),
                    new FakeClient()))
        .hasMessage("c" + waiting.formatted("web"));
    CompletableFuture<End> next = engine.use().engine().endings().of(id, Condition.NOT_RUNNING);
    assertThat(next).isNotDone();

    engine.use().stop().kill(TestEngine.CAUSE, "web", "");

    assertThat(next).isCompleted();
    assertThat(status(id)).isEqualTo(Status.EXITED);
    engine.alarm.ring();
    start(id);
    assertThat(engine.container(id).restarts().count()).isZero();
  }

  @Test
  void aStopBetweenTwoRunsIsRememberedAndComplete() throws Exception {
    String id = running("unless-stopped");
    fail(id);

    assertThat(engine.use().stop().stop(TestEngine.CAUSE, "web", OptionalInt.empty(), "")).isTrue();

    assertThat(engine.history(id)).endsWith("RestartCancelled", "Stopped");
    engine.restart();
    assertThat(status(id)).isEqualTo(Status.EXITED);
    assertThat(engine.alarm.delays()).isEmpty();
  }

  @Test
  void aForcedRemovalBetweenTwoRunsLeavesNothing() throws Exception {
    String id = running("always");
    fail(id);

    engine.use().remove().remove(TestEngine.CAUSE, "web", true, false);
    engine.alarm.ring();

    assertThat(engine.exists(id)).isFalse();
    await().until(() -> engine.kernel.alive().isEmpty() && engine.node.namespaces.isEmpty());
  }

  @Test
  void whatWasStoppedByHandStartsWithTheEngineByAlwaysAlone() throws Exception {
    String always = engine.create("aa", Specs.process("sleep"), LifeSpecs.restart("always", 0));
    String unless =
        engine.create("uu", Specs.process("sleep"), LifeSpecs.restart("unless-stopped", 0));
    for (String id : List.of(always, unless)) {
      start(id);
      engine.use().stop().stop(TestEngine.CAUSE, id, OptionalInt.of(1), "");
      assertThat(status(id)).isEqualTo(Status.EXITED);
    }

    engine.restart();
    await().until(() -> engine.alarm.delays().size() == 1);
    ring(always);

    assertThat(status(unless)).isEqualTo(Status.EXITED);
    assertThat(engine.container(always).restarts().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "unless-stopped", "on-failure"})
  void afterARebootItRunsAgain(String policy) throws Exception {
    String id = running(policy);
    engine.kernel.unwatch();
    engine.kernel.reboot();
    engine.node.bootId = "boot-2";
    engine.node.namespaces.clear();
    engine.restart();

    await().until(() -> !engine.alarm.delays().isEmpty());
    ring(id);
  }

  @Test
  void whatEndedWhileTheEngineWasAwayRunsAgain() throws Exception {
    String id = running("on-failure");
    engine.kernel.unwatch();
    engine.kernel.end(id, 2);
    engine.restart();

    await().until(() -> !engine.alarm.delays().isEmpty());
    ring(id);
    assertThat(engine.container(id).restarts().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.EXIT_SEEN, Steps.EXIT_RECORDED, Steps.EXIT_CLEANED})
  void aCrashAfterTheEndLosesNoRestart(String step) throws Exception {
    String id = running("always");
    crash(step, () -> engine.kernel.end(id, 1));

    await().until(() -> !engine.alarm.delays().isEmpty());
    ring(id);
    assertThat(engine.container(id).restarts().count()).isEqualTo(1);
    assertThat(engine.history(id).stream().filter("RestartScheduled"::equals)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Steps.RESTART_DUE,
        Steps.START_REQUESTED,
        Steps.START_CREATED,
        Steps.START_RUNNING,
        Steps.START_RECORDED
      })
  void aCrashWhileItBeginsAgainLosesNoRestart(String step) throws Exception {
    String id = running("always");
    fail(id);
    crash(step, engine.alarm::ring);

    if (status(id) != Status.RUNNING) {
      await().until(() -> !engine.alarm.delays().isEmpty());
      ring(id);
    }
    assertThat(engine.container(id).restarts().count()).isEqualTo(1);
    assertThat(engine.history(id).stream().filter("Exited"::equals)).hasSize(1);
  }

  @Test
  void aRestartThatIsAskedForStopsAndStarts() throws Exception {
    String id = engine.running("web", "sleep");
    int before = engine.kernel.run(id).pid;

    restart(id);

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.kernel.run(id).pid).isNotEqualTo(before);
    assertThat(engine.history(id))
        .containsSubsequence(
            "StopRequested",
            "Exited",
            "RestartScheduled",
            "NetworkDisconnected",
            "Stopped",
            "StartRequested",
            "Started");
    assertThat(engine.alarm.delays()).isEmpty();
  }

  @Test
  void aRestartStartsWhatDoesNotRun() throws Exception {
    String id = engine.create("web", "sleep");

    restart(id);

    assertThat(status(id)).isEqualTo(Status.RUNNING);
  }

  @Test
  void aRestartLetsWhatIsPausedGoOn() throws Exception {
    String id = engine.running("web", "sleep");
    engine.use().pause().pause(TestEngine.CAUSE, "web");

    restart(id);

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.kernel.frozen).isEmpty();
  }

  @Test
  void aRestartOfWhatWaitsForItsNextRunBeginsItNow() throws Exception {
    String id = running("always");
    fail(id);

    restart(id);

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.container(id).restarts().count()).isZero();
    engine.alarm.ring();
    assertThat(engine.history(id).stream().filter("Started"::equals)).hasSize(2);
  }

  @Test
  void aSelfRemovingContainerIsRestarted() throws Exception {
    String id = engine.create("once", Specs.process("sleep"), Specs.autoRemove(Specs.host()));
    start(id);

    restart(id);

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    engine.kernel.end(id, 0);
    await().until(() -> !engine.exists(id));
  }

  @Test
  void aRestartThatFailsSaysWhat() throws Exception {
    String id = engine.create("bad", "nosuch");

    assertThatThrownBy(() -> restart(id)).hasMessageStartingWith("Cannot restart container " + id);
    assertThatThrownBy(() -> restart("nope")).hasMessage("No such container: nope");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Steps.STOP_REQUESTED,
        Steps.STOP_SIGNALLED,
        Steps.EXIT_RECORDED,
        Steps.RESTART_STOPPED,
        Steps.START_REQUESTED,
        Steps.START_RUNNING
      })
  void aRestartIsCarriedThroughOverACrash(String step) throws Exception {
    String id = engine.running("web", "sleep");
    int before = engine.kernel.run(id).pid;
    crash(step, () -> restart(id));

    await()
        .until(() -> {
          engine.alarm.ring();
          return status(id) == Status.RUNNING && engine.kernel.run(id).pid != before;
        });
    assertThat(engine.history(id).stream().filter("Exited"::equals)).hasSize(1);
  }

  @Test
  void outOfMemoryIsRecordedOverACrash() throws Exception {
    String id = engine.running("web", "sleep");
    crash(Steps.OOM_SEEN, () -> engine.kernel.runOutOfMemory(id));

    await().until(() -> engine.history(id).contains("OutOfMemory"));
    assertThat(status(id)).isEqualTo(Status.RUNNING);
  }

  @Test
  void aKillThatWasNotSentCanBeGivenAgain() throws Exception {
    String id = engine.running("web", "sleep");
    crash(Steps.KILL_REQUESTED, () -> engine.use().stop().kill(TestEngine.CAUSE, id, ""));

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    engine.use().stop().kill(TestEngine.CAUSE, id, "");
    assertThat(status(id)).isEqualTo(Status.EXITED);
  }

  @Test
  void outOfMemoryIsRecordedWhenItHappensAndOnce() throws Exception {
    String id = engine.running("web", "sleep");

    engine.kernel.runOutOfMemory(id);
    await().until(() -> engine.history(id).contains("OutOfMemory"));
    engine.kernel.runOutOfMemory(id);
    engine.kernel.end(id, 137);

    awaitStatus(id, Status.EXITED);
    assertThat(engine.container(id).outcome().oomKilled()).isTrue();
    assertThat(engine.history(id).stream().filter("OutOfMemory"::equals)).hasSize(1);
  }
}
