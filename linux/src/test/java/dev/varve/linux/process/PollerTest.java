package dev.varve.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollerTest {
  private Poller poller;

  @BeforeEach
  void open() throws SystemCallException {
    poller = new Poller("test-poller");
  }

  @AfterEach
  void close() {
    poller.close();
  }

  @Test
  void callsWhenThereIsSomethingToReadUntilTheEnd() throws Exception {
    Descriptor.Pipe pipe = Descriptor.pipe(true);
    AtomicInteger bytes = new AtomicInteger();
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    poller.watch(
        pipe.readEnd(),
        descriptor -> {
          int count = read(descriptor);
          bytes.addAndGet(Math.max(0, count));
          return count != 0 || !end.complete(true);
        });
    pipe.writeEnd().write("abc");
    await().untilAtomic(bytes, n -> assertThat(n).isEqualTo(3));
    pipe.writeEnd().write("de");
    pipe.writeEnd().close();
    assertThat(end.get()).isTrue();
    assertThat(bytes).hasValue(5);
  }

  private static int read(Descriptor descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      return descriptor.read(arena.allocate(16));
    } catch (SystemCallException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pausesAndResumes() throws Exception {
    Descriptor.Pipe pipe = Descriptor.pipe(true);
    AtomicInteger calls = new AtomicInteger();
    Poller.Watch watch =
        poller.watch(
            pipe.readEnd(),
            descriptor -> {
              calls.incrementAndGet();
              return read(descriptor) != 0;
            });
    watch.pause();
    pipe.writeEnd().write("abc");
    CompletableFuture<Boolean> other = new CompletableFuture<>();
    Descriptor.Pipe second = Descriptor.pipe(true);
    poller.watch(second.readEnd(), descriptor -> !other.complete(true));
    second.writeEnd().write("x");
    other.get();
    assertThat(calls).hasValue(0);
    watch.resume();
    await().untilAtomic(calls, n -> assertThat(n).isEqualTo(1));
    watch.close();
    assertThatThrownBy(() -> watch.use(Descriptor::number)).isInstanceOf(SystemCallException.class);
    second.writeEnd().close();
    pipe.writeEnd().close();
  }

  @Test
  void aProcessHandleTellsTheEnd() throws Exception {
    Process process = new ProcessBuilder("sleep", "1000").start();
    Descriptor handle = PidFd.open((int) process.pid()).orElseThrow();
    Descriptor waiting = handle.duplicate();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    poller.watch(waiting, descriptor -> !ended.complete(true));
    assertThat(ended).isNotDone();
    assertThat(PidFd.signal(handle, 15)).isTrue();
    assertThat(ended.get()).isTrue();
    process.waitFor();
    assertThat(PidFd.signal(handle, 15)).isFalse();
    handle.close();
    assertThat(PidFd.open((int) process.pid())).isEmpty();
  }

  @Test
  void whatComesDuringARestIsLeftButNotTheEnd() throws Exception {
    Descriptor.Pipe pipe = Descriptor.pipe(true);
    Descriptor.Pipe second = Descriptor.pipe(true);
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    CompletableFuture<Poller.Watch> made = new CompletableFuture<>();
    made.complete(
        poller.watch(
            pipe.readEnd(),
            descriptor -> {
              calls.incrementAndGet();
              rest(made.join(), TimeUnit.HOURS.toNanos(1));
              return read(descriptor) != 0 || !end.complete(true);
            }));
    pipe.writeEnd().write("a");
    await().untilAtomic(calls, n -> assertThat(n).isEqualTo(1));
    pipe.writeEnd().write("bc");
    CompletableFuture<Boolean> other = new CompletableFuture<>();
    poller.watch(second.readEnd(), descriptor -> !other.complete(true));
    second.writeEnd().write("x");
    other.get();
    assertThat(calls).hasValue(1);
    pipe.writeEnd().close();
    assertThat(end.get()).isTrue();
    second.writeEnd().close();
  }

  @Test
  void afterARestAllIsReadThatCame() throws Exception {
    Descriptor.Pipe pipe = Descriptor.pipe(true);
    AtomicInteger bytes = new AtomicInteger();
    CompletableFuture<Poller.Watch> made = new CompletableFuture<>();
    made.complete(
        poller.watch(
            pipe.readEnd(),
            descriptor -> {
              int count = read(descriptor);
              bytes.addAndGet(Math.max(0, count));
              if (count > 0) {
                rest(made.join(), 1);
              }
              return count != 0;
            }));
    for (int i = 1; i <= 50; i++) {
      int expected = i;
      pipe.writeEnd().write("a");
      await().untilAtomic(bytes, n -> assertThat(n).isEqualTo(expected));
    }
    pipe.writeEnd().close();
  }

  private static void rest(Poller.Watch watch, long nanos) {
    try {
      watch.rest(nanos);
    } catch (SystemCallException e) {
      throw new AssertionError(e);
    }
  }
}
