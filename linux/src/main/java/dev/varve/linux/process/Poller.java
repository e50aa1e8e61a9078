package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread that waits, by epoll, on every descriptor the engine reads from: monitors'
 * sockets and pipes, process handles. No other thread blocks in the kernel for them.
 *
 * <p>Handlers run on that thread and must neither block nor throw; {@link Watch#close} may be
 * called from anywhere and leaves the closing of the descriptor to that thread, so that its number
 * is never reused under a handler.
 */
public final class Poller implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Poller.class);
  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLL_CTL_MOD = 3;
  private static final int EPOLLIN = 0x001;
  private static final int EPOLLOUT = 0x004;
  private static final int EPOLLERR = 0x008;
  private static final int EPOLLHUP = 0x010;
  // struct epoll_event is packed on x86-64: events 4, data 8.
  private static final int EVENT_BYTES = 12;
  private static final int BATCH = 64;
  private static final long WAKE = 0;

  private static final MethodHandle EPOLL_CREATE =
      Native.bind("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle EPOLL_CTL =
      Native.bind(
          "epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle EPOLL_WAIT =
      Native.bind(
          "epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

  private final Descriptor epoll;
  private final Descriptor.Pipe wake;
  private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
  private final Queue<Watch> pending = new ConcurrentLinkedQueue<>();

  /** Of this poller's thread alone. */
  private final List<Watch> atRest = new ArrayList<>();

  private final AtomicLong nextToken = new AtomicLong(WAKE + 1);
  private final Thread thread;
  private volatile boolean stopped;
  private boolean released; // guarded by wake

  /**
   * @param name of the thread
   */
  public Poller(String name) throws SystemCallException {
    epoll =
        Descriptor.of(
            (int)
                Syscall.run(
                    "epoll_create1",
                    (arena, errno) -> (int) EPOLL_CREATE.invokeExact(errno, EPOLL_CLOEXEC)));
    wake = Descriptor.pipe(true);
    control(EPOLL_CTL_ADD, wake.readEnd().number(), EPOLLIN, WAKE);
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    thread.start();
  }

  /** What to do when a descriptor can be read, has ended or has failed. */
  @FunctionalInterface
  public interface Handler {
    /**
     * @return false to end the watch and close the descriptor
     */
    boolean readable(Descriptor descriptor);
  }

  /** Watches a descriptor, which belongs to the poller from now on. */
  public Watch watch(Descriptor descriptor, Handler handler) throws SystemCallException {
    Watch watch = new Watch(nextToken.getAndIncrement(), descriptor, handler);
    watches.put(watch.token, watch);
    try {
      control(EPOLL_CTL_ADD, descriptor.number(), EPOLLIN, watch.token);
    } catch (SystemCallException e) {
      watches.remove(watch.token);
      descriptor.close();
      throw e;
    }
    return watch;
  }

  /** A descriptor under watch. */
  public final class Watch implements AutoCloseable {
    private final long token;
    private final Descriptor descriptor;
    private final Handler handler;
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable CompletableFuture<Void> writable;
    private boolean paused;
    private boolean resting;
    private long restsUntil;
    private int interest = EPOLLIN;

    private Watch(long token, Descriptor descriptor, Handler handler) {
      this.token = token;
      this.descriptor = descriptor;
      this.handler = handler;
    }

    /** A use of the descriptor that cannot overlap with its closing. */
    @FunctionalInterface
    public interface Use<T> {
      T with(Descriptor descriptor) throws SystemCallException;
    }

    /**
     * @throws SystemCallException EPIPE when the watch has ended
     */
    public synchronized <T> T use(Use<T> use) throws SystemCallException {
      if (closing.get()) {
        throw new SystemCallException("closed descriptor", Errno.EPIPE);
      }
      return use.with(descriptor);
    }

    /** Done when the descriptor takes data again, or is closed; then try to write. */
    public synchronized CompletableFuture<Void> whenWritable() throws SystemCallException {
      if (closing.get()) {
        return CompletableFuture.completedFuture(null);
      }
      CompletableFuture<Void> future = writable;
      if (future == null) {
        future = new CompletableFuture<>();
        writable = future;
        updateInterest();
      }
      return future;
    }

    /** Leaves what can be read where it is, until {@link #resume}. */
    public synchronized void pause() throws SystemCallException {
      setPaused(true);
    }

    public synchronized void resume() throws SystemCallException {
      setPaused(false);
    }

    private void setPaused(boolean value) throws SystemCallException {
      if (paused != value && !closing.get()) {
        paused = value;
        updateInterest();
      }
    }

    /**
     * For a handler that has read much: what comes next stays where it is for a while, to be read
     * in large pieces instead of as it trickles in. A peer's end is told at once all the same.
     *
     * @param nanos rounded up to milliseconds
     */
    public synchronized void rest(long nanos) throws SystemCallException {
      if (!closing.get()) {
        restsUntil = System.nanoTime() + nanos;
        if (!resting) {
          resting = true;
          atRest.add(this);
          updateInterest();
        }
      }
    }

    private void wake() {
      boolean readable;
      synchronized (this) {
        resting = false;
        readable = !paused && !closing.get();
      }
      if (readable) {
        dispatch(EPOLLIN);
      }
      synchronized (this) {
        try {
          // Nothing to tell the kernel if it rests again.
          updateInterest();
        } catch (SystemCallException e) {
          LOG.debugf(e, "watching %s again", descriptor);
        }
      }
    }

    private void updateInterest() throws SystemCallException {
      int events = (paused || resting ? 0 : EPOLLIN) | (writable == null ? 0 : EPOLLOUT);
      if (events != interest && !closing.get()) {
        control(EPOLL_CTL_MOD, descriptor.number(), events, token);
        interest = events;
      }
    }

    /** Ends the watch; the handler is not called again once the poller has seen this. */
    @Override
    public void close() {
      if (closing.compareAndSet(false, true)) {
        if (Thread.currentThread() == thread) {
          finish();
        } else {
          pending.add(this);
          wakeUp();
        }
      }
    }

    /** The poller ends: whoever still writes must find the end, not a number that is used again. */
    private void abandon() {
      closing.set(true);
      finish();
    }

    private synchronized void finish() {
      watches.remove(token);
      try {
        control(EPOLL_CTL_DEL, descriptor.number(), 0, token);
      } catch (SystemCallException e) {
        LOG.debugf(e, "forgetting %s", descriptor);
      }
      descriptor.close();
      if (writable != null) {
        writable.complete(null);
      }
    }

    private void dispatch(int events) {
      if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
        completeWritable();
      }
      if ((events & ~EPOLLOUT) != 0 && !closing.get()) {
        boolean more;
        try {
          more = handler.readable(descriptor);
        } catch (RuntimeException e) {
          LOG.errorf(e, "handler of %s", descriptor);
          more = false;
        }
        if (!more) {
          close();
        }
      }
    }

    private synchronized void completeWritable() {
      CompletableFuture<Void> future = writable;
      if (future != null && !closing.get()) {
        writable = null;
        try {
          updateInterest();
        } catch (SystemCallException e) {
          LOG.debugf(e, "unwatching output of %s", descriptor);
        }
        future.completeAsync(() -> null);
      }
    }
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate((long) EVENT_BYTES * BATCH, 8);
      while (!stopped) {
        int timeout = untilFirstWakes();
        int count =
            (int)
                Syscall.tryRun((a, errno) ->
                    (int) EPOLL_WAIT.invokeExact(errno, epoll.number(), events, BATCH, timeout));
        for (int i = 0; i < count; i++) {
          long at = (long) i * EVENT_BYTES;
          dispatch(events.get(JAVA_LONG_UNALIGNED, at + 4), events.get(JAVA_INT_UNALIGNED, at));
        }
        wakeTheRested();
        for (Watch watch = pending.poll(); watch != null; watch = pending.poll()) {
          watch.finish();
        }
      }
    } finally {
      watches.values().forEach(Watch::abandon);
      epoll.close();
      synchronized (wake) {
        released = true;
        wake.close();
      }
    }
  }

  /** Milliseconds; negative when none rests. */
  private int untilFirstWakes() {
    long now = System.nanoTime();
    return atRest.stream().mapToLong(watch -> Math.max(0, watch.restsUntil - now)).min().stream()
        .mapToInt(nanos -> (int) TimeUnit.NANOSECONDS.toMillis(nanos + 999_999))
        .findFirst()
        .orElse(-1);
  }

  private void wakeTheRested() {
    if (atRest.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    List<Watch> rested = atRest.stream().filter(watch -> watch.restsUntil - now <= 0).toList();
    atRest.removeAll(rested);
    rested.forEach(Watch::wake);
  }

  private void dispatch(long token, int events) {
    if (token == WAKE) {
      try (Arena arena = Arena.ofConfined()) {
        wake.readEnd().read(arena.allocate(64));
      } catch (SystemCallException e) {
        LOG.error("wake-up pipe", e);
      }
      return;
    }
    Watch watch = watches.get(token);
    if (watch != null) {
      watch.dispatch(events);
    }
  }

  private void control(int operation, int fd, int events, long token) throws SystemCallException {
    Syscall.run(
        "epoll_ctl",
        (arena, errno) -> {
          MemorySegment event = arena.allocate(EVENT_BYTES, 4);
          event.set(JAVA_INT_UNALIGNED, 0, events);
          event.set(JAVA_LONG_UNALIGNED, 4, token);
          return (int) EPOLL_CTL.invokeExact(errno, epoll.number(), operation, fd, event);
        });
  }

  private void wakeUp() {
    synchronized (wake) {
      if (released) {
        return;
      }
      try {
        wake.writeEnd().write(new byte[1]);
      } catch (SystemCallException e) {
        LOG.debug("wake-up pipe", e);
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    wakeUp();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
