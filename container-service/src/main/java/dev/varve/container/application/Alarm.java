package dev.varve.container.application;

import java.time.Duration;

/** Does things later, unless the engine has ended by then: nothing may depend on its memory. */
@FunctionalInterface
public interface Alarm {
  /** Returns at once; the task runs on a thread of its own, which may block. */
  void after(Duration delay, Runnable task);
}
