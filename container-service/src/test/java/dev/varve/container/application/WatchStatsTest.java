package dev.varve.container.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.container.application.WatchStats.Frame;
import dev.varve.container.application.WatchStats.Watch;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
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

  /** A client that takes its frames one by one; null is the end. */
  private final class Client implements WatchStats.Listener, AutoCloseable {
    private final BlockingQueue<Optional<Frame>> frames = new LinkedBlockingQueue<>();
    private final Watch watch;

    Client(String reference) {
      watch = use.stats().watch(reference, this);
    }

    @Override
    public void seen(Frame frame) {
      frames.add(Optional.of(frame));
    }

    @Override
    public void ended() {
      frames.add(Optional.empty());
    }

    @Nullable Frame next() throws InterruptedException {
      return frames.take().orElse(null);
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  private static long reads(Frame frame) {
    return frame.sample().orElseThrow().cpu().total();
  }

  @Test
  void allWhoWatchGetTheSameReads() throws Exception {
    String id = engine.running("web", "sleep");
    try (Client one = new Client("web");
        Client other = new Client(id)) {
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
    try (Client watch = new Client("web")) {
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
    assertThatThrownBy(() -> new Client("nope")).hasMessage("No such container: nope");
  }

  @Test
  void whenTheServiceStopsAllWatchesEnd() throws Exception {
    engine.running("web", "sleep");
    Client client = new Client("web");
    use.stats().close();
    await().until(() -> client.next() == null);
  }
}
