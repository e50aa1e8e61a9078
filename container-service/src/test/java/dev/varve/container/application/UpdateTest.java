package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.container.domain.Resources;
import dev.varve.container.domain.RestartPolicy;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other bounds for a container, and what of them outlives the engine. */
class UpdateTest {
  private static final Optional<RestartPolicy> SAME = Optional.empty();

  private final TestEngine engine = new TestEngine();

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private static Resources shares(long shares) {
    return new Resources(
        Resources.Memory.UNLIMITED,
        new Resources.Cpu(shares, 0, 0, 0, 0, 0, "", ""),
        Resources.BlockIo.UNLIMITED,
        OptionalLong.empty());
  }

  private void update(String id, long shares) {
    var ignored = engine.use().update().update(TestEngine.CAUSE, id, shares(shares), SAME);
  }

  private long recorded(String id) {
    return engine.container(id).spec().host().resources().cpu().shares();
  }

  private long inForce(String id) {
    return engine.kernel.bounds.get(id).cpu().shares();
  }

  @Test
  void whatRunsIsBoundAtOnce() throws Exception {
    String id = engine.running("web", "sleep");
    update(id, 100);
    assertThat(recorded(id)).isEqualTo(100);
    assertThat(inForce(id)).isEqualTo(100);
    assertThat(engine.history(id)).endsWith("UpdateRequested", "Updated");
  }

  @Test
  void whatDoesNotRunIsOnlyRecorded() {
    String id = engine.create("web", "sleep");
    update(id, 100);
    assertThat(recorded(id)).isEqualTo(100);
    assertThat(engine.kernel.bounds).isEmpty();
    assertThat(engine.history(id)).endsWith("Updated");
  }

  @Test
  void whatTheKernelRefusesIsPassedOn() throws Exception {
    String id = engine.running("web", "sleep");
    engine.kernel.refusesUpdates = true;
    assertThatThrownBy(() -> update(id, 100))
        .hasMessage("Cannot update container " + id + ": device or resource busy");
    assertThat(recorded(id)).isZero();
    assertThat(engine.history(id)).endsWith("UpdateRequested", "UpdateFailed");
  }

  @Test
  void aPolicyThatIsNone() {
    String id = engine.create("web", "sleep");
    Optional<RestartPolicy> odd = Optional.of(new RestartPolicy("odd", 0));
    assertThatThrownBy(
            () -> engine.use().update().update(TestEngine.CAUSE, id, Resources.UNLIMITED, odd))
        .hasMessage(
            "invalid restart policy: unknown policy 'odd'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    assertThat(engine.history(id)).endsWith("Created");
  }

  @ParameterizedTest
  @ValueSource(strings = {Steps.UPDATE_REQUESTED, Steps.UPDATE_APPLIED})
  void anUpdateIsCarriedThroughAfterACrash(String step) throws Exception {
    String id = engine.running("web", "sleep");
    engine.crashAt(step);
    engine.untilCrash(() -> update(id, 100));
    engine.kernel.bounds.clear();
    engine.restart();

    assertThat(recorded(id)).isEqualTo(100);
    assertThat(inForce(id)).isEqualTo(100);
    assertThat(engine.history(id)).endsWith("UpdateRequested", "Updated");
  }

  @Test
  void anUpdateOfWhatEndedMeanwhileHoldsFromTheNextStart() throws Exception {
    String id = engine.running("web", "sleep");
    engine.crashAt(Steps.UPDATE_REQUESTED);
    engine.untilCrash(() -> update(id, 100));
    engine.kernel.unwatch();
    engine.kernel.end(id, 0);
    engine.restart();

    assertThat(recorded(id)).isEqualTo(100);
    assertThat(engine.kernel.bounds).isEmpty();
  }
}
