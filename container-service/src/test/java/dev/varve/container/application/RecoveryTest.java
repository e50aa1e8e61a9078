package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.Execs.Size;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.ExitCause;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.NameEvent.NameClaimed;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subjects;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service dies at each step, is started again, and goes on from the log and the kernel. */
class RecoveryTest {
  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private void crash(String step, TestEngine.Command command) throws InterruptedException {
    engine.crashAt(step);
    engine.untilCrash(command);
    engine.restart();
  }

  private void start(String id) throws InterruptedException {
    engine.use().start().start(TestEngine.CAUSE, id);
  }

  private Status status(String id) {
    return engine.container(id).status();
  }

  @Test
  void aClaimedNameWithoutItsContainerIsFree() throws Exception {
    engine.record(Subjects.name("web"), new NameClaimed("web", "c".repeat(64)));
    engine.restart();

    assertThat(engine.use().engine().directory().newestFirst()).isEmpty();
    assertThat(engine.create("web", "sleep")).hasSize(64);
  }

  @Test
  void aContainerWhoseNameIsAnothersGetsAnotherName() throws Exception {
    String other = engine.create("web", "sleep");
    String id = "c".repeat(64);
    engine.record(Subjects.container(id), new Created(id, "web", Specs.spec(), "node-1", 1));
    engine.restart();

    assertThat(engine.container(other).name()).isEqualTo("web");
    assertThat(engine.container(id).name()).isEqualTo(id.substring(0, 12));
    assertThat(engine.use().engine().directory().byName(id.substring(0, 12))).isPresent();
  }

  @Test
  void aCreatedContainerIsThere() throws Exception {
    crash(Steps.CREATE_RECORDED, () -> engine.create("web", "sleep"));

    Container it = engine.use().engine().directory().byName("web").orElseThrow();
    start(it.id());
    assertThat(status(it.id())).isEqualTo(Status.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.START_REQUESTED, Steps.START_CREATED})
  void aStartThatDidNotComeToTheProgramFailed(String step) throws Exception {
    String id = engine.create("web", "sleep");
    crash(step, () -> start(id));

    assertThat(status(id)).isEqualTo(Status.CREATED);
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(128);
    assertThat(engine.kernel.alive()).isEmpty();
    assertThat(engine.node.namespaces).isEmpty();
    assertThat(engine.history(id)).endsWith("StartFailed", "NetworkDisconnected");
    start(id);
    assertThat(status(id)).isEqualTo(Status.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.START_RUNNING, Steps.START_RECORDED})
  void aProgramThatWasStartedGoesOn(String step) throws Exception {
    String id = engine.create("web", "sleep");
    crash(step, () -> start(id));

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.kernel.journal).doesNotContain("delete " + id);
    assertThat(engine.node.namespaces).containsExactly(id);
    engine.kernel.end(id, 9);
    await().until(() -> status(id) == Status.EXITED);
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(9);
  }

  @Test
  void aProgramThatWasStartedAndEndedUnseenHasItsCode() throws Exception {
    String id = engine.create("web", "sleep");
    engine.crashAt(Steps.START_RUNNING);
    engine.untilCrash(() -> start(id));
    engine.kernel.unwatch();
    engine.kernel.end(id, 4);
    engine.restart();

    assertThat(status(id)).isEqualTo(Status.EXITED);
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(4);
    assertThat(engine.history(id)).containsSubsequence("Started", "Exited");
  }

  @Test
  void aRefusedStartThatWasNotRecordedFailed() throws Exception {
    String id = engine.create("bad", "nosuch");
    crash(Steps.START_REFUSED, () -> start(id));

    assertThat(status(id)).isEqualTo(Status.CREATED);
    assertThat(engine.history(id)).endsWith("StartFailed", "NetworkDisconnected");
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.EXIT_SEEN, Steps.EXIT_RECORDED, Steps.EXIT_CLEANED})
  void anEndIsRecordedOnceAndCleanedUpAfter(String step) throws Exception {
    String id = engine.running("web", "sleep");
    crash(step, () -> engine.kernel.end(id, 6));

    assertThat(status(id)).isEqualTo(Status.EXITED);
    assertThat(engine.container(id).outcome().exitCode()).isEqualTo(6);
    assertThat(engine.history(id).stream().filter("Exited"::equals)).hasSize(1);
    assertThat(engine.history(id).stream().filter("NetworkDisconnected"::equals)).hasSize(1);
    await().until(() -> engine.kernel.alive().isEmpty());
    start(id);
    assertThat(status(id)).isEqualTo(Status.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.EXIT_SEEN, Steps.EXIT_RECORDED, Steps.REMOVE_RECORDED})
  void aSelfRemovingContainerGoesWhereverItStood(String step) throws Exception {
    HostSpec host = Specs.autoRemove(Specs.host());
    String id = engine.create("once", Specs.process("true"), host);
    start(id);
    crash(step, () -> engine.kernel.end(id, 0));

    await().until(() -> !engine.exists(id));
    await().until(() -> engine.kernel.alive().isEmpty() && engine.node.directories.isEmpty());
    assertThat(engine.node.namespaces).isEmpty();
    assertThat(engine.history(id).stream().filter("Removed"::equals)).hasSize(1);
    engine.create("once", "sleep");
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.STOP_REQUESTED, Steps.STOP_SIGNALLED})
  void aStopIsCarriedThrough(String step) throws Exception {
    String id = engine.running("web", "sleep");
    crash(step, () -> engine.use().stop().stop(TestEngine.CAUSE, id, OptionalInt.of(1), ""));

    await().untilAsserted(() -> assertThat(engine.history(id)).endsWith("Stopped"));
    assertThat(status(id)).isEqualTo(Status.EXITED);
    assertThat(engine.history(id).stream().filter("Stopped"::equals)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.REMOVE_REQUESTED, Steps.REMOVE_RECORDED})
  void aRemovalIsCarriedThrough(String step) throws Exception {
    String id = engine.running("web", "sleep");
    engine.kernel.end(id, 0);
    await().until(() -> status(id) == Status.EXITED);
    crash(step, () -> engine.use().remove().remove(TestEngine.CAUSE, id, false, false));

    await().until(() -> !engine.exists(id));
    await().until(() -> engine.node.directories.isEmpty());
    engine.create("web", "sleep");
  }

  @Test
  void aForcedRemovalKillsAfterTheCrashToo() throws Exception {
    String id = engine.running("web", "stubborn");
    crash(
        Steps.REMOVE_REQUESTED,
        () -> engine.use().remove().remove(TestEngine.CAUSE, id, true, false));

    await().until(() -> !engine.exists(id));
    await().until(() -> engine.kernel.alive().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.RENAME_CLAIMED, Steps.RENAME_RECORDED})
  void afterARenameExactlyOneNameLeadsToTheContainer(String step) throws Exception {
    String id = engine.create("web", "sleep");
    crash(step, () -> engine.use().rename().rename(TestEngine.CAUSE, id, "shop"));

    boolean renamed = step.equals(Steps.RENAME_RECORDED);
    assertThat(engine.container(id).name()).isEqualTo(renamed ? "shop" : "web");
    assertThat(engine.use().engine().facts().name("web").isPresent()).isEqualTo(!renamed);
    assertThat(engine.use().engine().facts().name("shop").isPresent()).isEqualTo(renamed);
  }

  @Test
  void whatWasPreparedForAnExecThatWasNotRecordedIsRemoved() throws Exception {
    String id = engine.running("web", "sleep");
    engine.kernel.prepare(id + "/" + "e".repeat(64));

    engine.restart();

    assertThat(engine.kernel.waiting).isEmpty();
  }

  @Test
  void anExecThatDidNotStartFailed() throws Exception {
    engine.running("web", "sleep");
    String execId = engine.use().execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    crash(
        Steps.EXEC_REQUESTED,
        () -> engine.use().startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0)));

    assertThat(engine.history(Subjects.exec(execId))).endsWith("ExecStartFailed");
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.EXEC_RUNNING, Steps.EXEC_RECORDED})
  void anExecThatRunsGoesOn(String step) throws Exception {
    String id = engine.running("web", "sleep");
    String execId = engine.use().execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    crash(
        step,
        () -> engine.use().startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0)));

    assertThat(engine.use().execs().find(execId).phase()).isInstanceOf(Exec.Phase.Running.class);
    engine.kernel.end(id + "/" + execId, 2);
    await().until(() -> engine.use().execs().find(execId).hasEnded());
    assertThat(engine.history(Subjects.exec(execId)))
        .containsExactly("ExecCreated", "ExecStartRequested", "ExecStarted", "ExecExited");
  }

  @Test
  void anExecThatEndedUnseenHasItsCode() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = engine.use().execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    engine.use().startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0));
    crash(Steps.EXEC_SEEN_ENDED, () -> engine.kernel.end(id + "/" + execId, 3));

    await()
        .untilAsserted(() ->
            assertThat(engine.use().execs().find(execId).phase())
                .isInstanceOfSatisfying(
                    Exec.Phase.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(3)));
  }

  @Test
  void afterARebootNothingRuns() throws Exception {
    String id = engine.running("web", "sleep");
    String execId = engine.use().execs().create(TestEngine.CAUSE, "web", Specs.exec("date"));
    engine.use().startExec().startDetached(TestEngine.CAUSE, execId, new Size(0, 0));
    engine.kernel.unwatch();
    engine.kernel.reboot();
    engine.node.bootId = "boot-2";
    engine.node.namespaces.clear();
    engine.restart();

    Container it = engine.container(id);
    assertThat(it.status()).isEqualTo(Status.EXITED);
    assertThat(it.outcome())
        .isEqualTo(
            new Container.Outcome(
                255,
                "the host was restarted while the container ran",
                false,
                ExitCause.of(ExitCause.Kind.NODE_RESTARTED)));
    await().until(() -> engine.use().execs().find(execId).hasEnded());
    start(id);
    assertThat(status(id)).isEqualTo(Status.RUNNING);
  }

  @Test
  void afterASecondRestartNothingIsRecordedAgain() throws Exception {
    String running = engine.running("web", "sleep");
    String ended = engine.running("old", "sleep");
    engine.kernel.end(ended, 1);
    await().until(() -> engine.history(ended).contains("NetworkDisconnected"));
    var before = engine.history(running);
    var endedBefore = engine.history(ended);

    engine.restart();
    engine.restart();

    assertThat(engine.history(running)).isEqualTo(before);
    assertThat(engine.history(ended)).isEqualTo(endedBefore);
  }
}
