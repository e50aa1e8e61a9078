package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.domain.Container.Status;
import dev.varve.container.domain.ExecSpec;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frozen by a person or for a commit, and what of it outlives the engine. */
class PauseTest {
  private final TestEngine engine = new TestEngine();
  private String id = "";

  @BeforeEach
  void run() throws Exception {
    id = engine.create("web", "sleep");
    engine.use().start().start(TestEngine.CAUSE, id);
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private PauseContainer pauses() {
    return engine.use().pause();
  }

  private Status status() {
    return engine.container(id).status();
  }

  private boolean frozen() {
    return engine.kernel.frozen.contains(id);
  }

  @Test
  void aPausedContainerIsFrozenUntilAPersonLetsItGoOn() {
    pauses().pause(TestEngine.CAUSE, "web");
    assertThat(status()).isEqualTo(Status.PAUSED);
    assertThat(frozen()).isTrue();
    assertThatThrownBy(() -> pauses().pause(TestEngine.CAUSE, "web"))
        .hasMessage("Container " + id + " is already paused");
    pauses().unpause(TestEngine.CAUSE, "web");
    assertThat(status()).isEqualTo(Status.RUNNING);
    assertThat(frozen()).isFalse();
    assertThatThrownBy(() -> pauses().unpause(TestEngine.CAUSE, "web"))
        .hasMessage("Container " + id + " is not paused");
    assertThat(engine.history(id))
        .endsWith("PauseRequested", "Paused", "UnpauseRequested", "Unpaused");
  }

  @Test
  void aPausedContainerRefusesWhatNeedsItsProcesses() {
    pauses().pause(TestEngine.CAUSE, "web");
    assertThatThrownBy(() -> engine.use().start().start(TestEngine.CAUSE, "web"))
        .hasMessage("cannot start a paused container, try unpause instead");
    ExecSpec exec =
        new ExecSpec(List.of("true"), List.of(), "", "", false, false, false, false, false, "");
    assertThatThrownBy(() -> engine.use().execs().create(TestEngine.CAUSE, "web", exec))
        .hasMessage("Container web is paused, unpause the container before exec");
    assertThatThrownBy(() -> engine.use().remove().remove(TestEngine.CAUSE, "web", false, false))
        .hasMessage(
            "cannot remove container \"/web\": container is paused and must be unpaused first");
  }

  @Test
  void killAndStopLetItGoOnToItsEnd() throws Exception {
    pauses().pause(TestEngine.CAUSE, "web");
    engine.use().stop().stop(TestEngine.CAUSE, "web", OptionalInt.of(1), "");
    await().until(() -> !frozen());
    assertThat(status()).isEqualTo(Status.EXITED);
    assertThatThrownBy(() -> pauses().pause(TestEngine.CAUSE, "web"))
        .hasMessage("Container " + id + " is not running");
  }

  @Test
  void severalWhoHoldItStillLetItGoOnTogether() {
    PauseContainer.Hold one = pauses().hold(TestEngine.CAUSE, "web");
    PauseContainer.Hold two = pauses().hold(TestEngine.CAUSE, "web");
    one.release();
    assertThat(frozen()).isTrue();
    two.release();
    assertThat(frozen()).isFalse();
    assertThat(status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void whatAPersonPausedStaysSoAfterACommit() {
    pauses().pause(TestEngine.CAUSE, "web");
    PauseContainer.Hold hold = pauses().hold(TestEngine.CAUSE, "web");
    assertThat(hold.isFrozen()).isFalse();
    hold.release();
    assertThat(status()).isEqualTo(Status.PAUSED);
    assertThat(frozen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.PAUSE_REQUESTED, Steps.PAUSE_FROZEN})
  void aCommitThatDiesInBetweenLeavesNothingFrozen(String step) throws Exception {
    engine.crashAt(step);
    engine.untilCrash(() -> pauses().hold(TestEngine.CAUSE, "web"));
    engine.restart();
    assertThat(frozen()).isFalse();
    assertThat(status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void aCommitThatDiesWhileItHoldsLeavesNothingFrozen() {
    var _ = pauses().hold(TestEngine.CAUSE, "web");
    assertThat(status()).isEqualTo(Status.PAUSED);
    engine.restart();
    assertThat(frozen()).isFalse();
    assertThat(status()).isEqualTo(Status.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.PAUSE_REQUESTED, Steps.PAUSE_FROZEN})
  void aPersonsPauseIsCarriedThrough(String step) throws Exception {
    engine.crashAt(step);
    engine.untilCrash(() -> pauses().pause(TestEngine.CAUSE, "web"));
    engine.restart();
    assertThat(frozen()).isTrue();
    assertThat(status()).isEqualTo(Status.PAUSED);
  }
}
