package dev.varve.snapshot.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedLocksTest {
  private final KeyedLocks<String> locks = new KeyedLocks<>();

  @Test
  void oneHolderAtATimePerKey() {
    int[] unguarded = {0};
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2000; i++) {
        executor.execute(() -> {
          try (var _ = locks.hold("key")) {
            int before = unguarded[0];
            Thread.yield();
            unguarded[0] = before + 1;
          }
        });
      }
    }
    assertThat(unguarded[0]).isEqualTo(2000);
  }

  @Test
  void keysDoNotWaitForEachOther() {
    AtomicBoolean second = new AtomicBoolean();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      try (var _ = locks.hold("a")) {
        executor.execute(() -> {
          try (var _ = locks.hold("b")) {
            second.set(true);
          }
        });
        await().untilTrue(second);
      }
    }
  }

  @Test
  void aWaiterGetsTheLockThatWasHeldWhenItCame() {
    AtomicInteger order = new AtomicInteger();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      try (var _ = locks.hold("a")) {
        executor.execute(() -> {
          try (var _ = locks.hold("a")) {
            order.compareAndSet(1, 2);
          }
        });
        order.set(1);
      }
    }
    assertThat(order).hasValue(2);
  }
}
