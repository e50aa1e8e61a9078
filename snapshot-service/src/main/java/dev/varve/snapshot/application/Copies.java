package dev.varve.snapshot.application;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which threads are copying into or out of which root, so that its removal can end them first: a
 * copy must not fill what is being deleted, nor tell the beginning of a tree as the whole.
 */
public final class Copies {
  private final Map<String, Set<Thread>> threads = new HashMap<>();

  /** Ends with {@link #close}, on the same thread. */
  final class Copy implements AutoCloseable {
    private final String containerId;

    private Copy(String containerId) {
      this.containerId = containerId;
    }

    @Override
    public void close() {
      forget(containerId);
    }
  }

  /** To be begun before the caller looks whether the container still lives. */
  synchronized Copy begin(String containerId) {
    threads.computeIfAbsent(containerId, _ -> new HashSet<>()).add(Thread.currentThread());
    return new Copy(containerId);
  }

  private synchronized void forget(String containerId) {
    Set<Thread> copying = threads.get(containerId);
    if (copying != null && copying.remove(Thread.currentThread()) && copying.isEmpty()) {
      threads.remove(containerId);
      notifyAll();
    }
  }

  /** Interrupts all that are under way and waits for their end. */
  synchronized void end(String containerId) throws InterruptedException {
    threads.getOrDefault(containerId, Set.of()).forEach(Thread::interrupt);
    while (threads.containsKey(containerId)) {
      wait();
    }
  }
}
