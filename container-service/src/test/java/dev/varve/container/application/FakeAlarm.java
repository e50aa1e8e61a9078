package dev.varve.container.application;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Rings when a test says so. */
final class FakeAlarm implements Alarm {
  private record Entry(Duration delay, Runnable task) {}

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  @Override
  public void after(Duration delay, Runnable task) {
    entries.add(new Entry(delay, task));
  }

  /** What is set, in the order in which it was. */
  List<Duration> delays() {
    return entries.stream().map(Entry::delay).toList();
  }

  /** Rings for all that is set, each on a thread of its own. */
  void ring() {
    List<Entry> ringing = List.copyOf(entries);
    entries.removeAll(ringing);
    ringing.forEach(entry -> Thread.startVirtualThread(entry.task()));
  }

  /** The engine that set them is dead. */
  void forget() {
    entries.clear();
  }
}
