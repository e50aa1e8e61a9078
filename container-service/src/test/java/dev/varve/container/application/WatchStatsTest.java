package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.WatchStats.Frame;
import dev.varve.container.application.WatchStats.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchStatsTest {
  private final TestEngine engine = new TestEngine();
  private final UseCases use = engine.use();

  @AfterEach
  void close() throws Exception {
    use.stats().close();
    engine.close();
  }

  private static long reads(Frame frame) {
    return frame.sample().orElseThrow().cpu().total();
  }

  @Test
  void allWhoWatchGetTheSameReads() throws Exception {
    String id = engine.running("web", "sleep");
    try (Watch one = use.stats().watch("web");
        Watch other = use.stats().watch(id)) {
      long first = reads(one.next());
      assertThat(reads(one.next())).isEqualTo(first + 1);
      long seen = reads(other.next());
      assertThat(seen).isBetween(first, first + 1);
      assertThat(engine.stats.open).containsExactly(id);
    }
    assertThat(engine.stats.open).isEmpty();
  }

  @Test
  void aWatchGoesOnOverAStopAndEndsWithTheRemoval() throws Exception {
    String id = engine.running("web", "sleep");
    try (Watch watch = use.stats().watch("web")) {
      assertThat(watch.next().sample()).isPresent();
      engine.kernel.end(id, 0);
      await().until(() -> watch.next().sample().isEmpty());
      use.start().start(TestEngine.CAUSE, "web");
      await().until(() -> watch.next().sample().isPresent());
      use.remove().remove(TestEngine.CAUSE, id, true, false);
      await().until(() -> watch.next() == null);
    }
  }

  @Test
  void aLookLeavesNothingOpen() throws Exception {
    engine.running("web", "sleep");
    assertThat(reads(use.stats().once("web"))).isEqualTo(1);
    assertThat(engine.stats.open).isEmpty();
    assertThatThrownBy(() -> use.stats().once("nope")).hasMessage("No such container: nope");
    assertThatThrownBy(() -> use.stats().watch("nope")).hasMessage("No such container: nope");
  }

  @Test
  void aClosedWatchEnds() throws Exception {
    engine.running("web", "sleep");
    Watch watch = use.stats().watch("web");
    watch.close();
    await().until(() -> watch.next() == null);
  }
}
