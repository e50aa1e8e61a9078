package dev.varve.eventlog.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Position;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Voids are remembered for as long as somebody may ask, and no longer: an engine runs for years.
 */
class PassageTest {
  private static final long OLD = 5_000;

  private final AtomicLong now = new AtomicLong();
  private final Passage passage = new Passage(now::get);

  @Test
  void manyVoidsOfLateAreAllRemembered() {
    markVoids(0, OLD);

    assertThat(remembered(0, OLD)).isEqualTo(OLD);
  }

  @Test
  void voidsOfLongAgoAreForgotten() {
    markVoids(0, OLD);
    now.addAndGet(TimeUnit.MINUTES.toNanos(10));
    markVoids(OLD, OLD + 2_000);

    assertThat(remembered(0, OLD)).isZero();
    assertThat(remembered(OLD, OLD + 2_000)).isEqualTo(2_000);
  }

  @Test
  void whoWaitedThroughAStandstillStillLearnsOfHisVoid() {
    markVoids(0, 500);
    now.addAndGet(TimeUnit.MINUTES.toNanos(10));
    markVoids(500, 501);

    assertThat(remembered(0, 500)).isEqualTo(500);
  }

  private void markVoids(long from, long to) {
    LongStream.range(from, to).mapToObj(PassageTest::at).forEach(passage::markVoid);
    passage.passed(Map.of(0, to));
  }

  private long remembered(long from, long to) {
    return LongStream.range(from, to)
        .filter(offset -> !passage.await(at(offset), Duration.ofSeconds(1)))
        .count();
  }

  private static Position at(long offset) {
    return new Position(0, offset);
  }
}
