package dev.varve.snapshot.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CopiesTest {
  private final Copies copies = new Copies();

  @Test
  void aRemovalInterruptsTheCopiesOfItsContainerAndWaitsForTheirEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    Thread stalled =
        Thread.ofPlatform()
            .start(() -> {
              try (var _ = copies.begin("one")) {
                begun.countDown();
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                over.set(true);
              }
            });
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try (var _ = copies.begin("other")) {
                begun.countDown();
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    begun.await();
    copies.end("one");
    stalled.join();
    assertThat(over).isTrue();
    assertThat(other.isAlive()).isTrue();
    release.countDown();
    other.join();
    copies.end("other");
  }
}
