package dev.varve.gateway.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.varve.api.buildkit.control.StatusResponse;
import dev.varve.api.buildkit.control.Vertex;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a build tells, read slowly, late, or not at all. */
class StatusFeedTest {
  private static final ByteString SOME = ByteString.copyFrom(new byte[64 << 10]);
  private static final ByteString MUCH = ByteString.copyFrom(new byte[1 << 20]);

  private final StatusFeed feed = new StatusFeed(Duration.ofMillis(200));
  private final Vertices vertices = new Vertices("build", feed, Clock.systemUTC());

  private List<StatusResponse> all() throws InterruptedException {
    feed.end();
    List<StatusResponse> all = new ArrayList<>();
    feed.follow(all::add);
    return all;
  }

  @Test
  void eachStepBeginsAndEnds() throws Exception {
    vertices.begin("a", "first");
    vertices.begin("a", "again");
    vertices.begin("b", "second");
    vertices.end("a", true, "");
    vertices.end("a", false, "twice");
    vertices.endAll("canceled");
    List<Vertex> told = all().stream().map(it -> it.getVertexes(0)).toList();
    assertThat(told)
        .extracting(Vertex::getName)
        .containsExactly("first", "second", "first", "second");
    assertThat(told.get(2).getCached()).isTrue();
    assertThat(told.get(2).getDigest()).isEqualTo(told.get(0).getDigest()).startsWith("sha256:");
    assertThat(told.get(3).getError()).isEqualTo("canceled");
  }

  @Test
  void nobodyWhoReadsCostsBoundedMemory() throws Exception {
    for (int i = 0; i < 200; i++) {
      vertices.output("a", false, SOME);
    }
    // The newest, for who comes after the end.
    assertThat(all().size()).isBetween(1, 4);
  }

  @Test
  void aSlowReaderMissesNothing() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<StatusResponse> read = new ArrayList<>();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try {
            feed.follow(status -> {
              reading.countDown();
              goOn.await();
              return read.add(status);
            });
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    vertices.output("a", false, MUCH);
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
    Thread writer =
        Thread.startVirtualThread(() -> {
          for (int i = 0; i < 30; i++) {
            vertices.output("a", false, MUCH);
          }
          feed.end();
        });
    // The build waits for its reader.
    await().until(() -> writer.getState() == Thread.State.WAITING);
    goOn.countDown();
    writer.join();
    reader.join();
    assertThat(read.size()).isEqualTo(31);
  }
}
