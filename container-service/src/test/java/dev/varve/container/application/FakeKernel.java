package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Processes, as a kernel and monitors would have them: they outlive the service that made them.
 * Programs do nothing but wait; tests end them.
 */
final class FakeKernel {
  final Set<String> frozen = ConcurrentHashMap.newKeySet();

  /** What running containers were bound by last. */
  final Map<String, Resources> bounds = new ConcurrentHashMap<>();

  volatile boolean refusesUpdates;

  /** Execs whose monitors wait for the word to begin. */
  final Set<String> waiting = ConcurrentHashMap.newKeySet();

  private final Set<String> oomFiles = ConcurrentHashMap.newKeySet();

  static final Instant END = Instant.parse("2026-02-03T04:05:06Z");

  enum Phase {
    CREATED,
    RUNNING,
    ENDED
  }

  /** A run, by the container's id, or an exec, by {@code container/exec}. */
  static final class Run {
    final int pid;
    final long ticks;
    final boolean ignoresTerm;
    final List<FakeStreams> streams = new CopyOnWriteArrayList<>();
    Phase phase = Phase.CREATED;
    Exit exit = new Exit(0, END, false, Exit.Known.YES);

    Run(int pid, boolean ignoresTerm) {
      this.pid = pid;
      this.ticks = pid * 100L;
      this.ignoresTerm = ignoresTerm;
    }
  }

  /** Whether a monitor takes the word to begin a new log file. */
  boolean reopen(String id) {
    journal.add("reopen " + id);
    return true;
  }

  private final AtomicInteger pids = new AtomicInteger(1000);
  private final Map<String, Run> runs = new ConcurrentHashMap<>();
  private volatile BiConsumer<String, Exit> listener = (key, exit) -> {};
  private volatile Consumer<String> outOfMemory = id -> {};

  /** What was done, in order: {@code create ID}, {@code start ID}, {@code delete ID} … */
  final List<String> journal = new CopyOnWriteArrayList<>();

  /** What each run was told of others it links to. */
  final Map<String, List<Secret>> linked = new ConcurrentHashMap<>();

  /** Ended already, though nobody has been told. */
  volatile boolean terminalsGone;

  void prepare(String key) {
    journal.add("prepare " + key);
    waiting.add(key);
  }

  synchronized Run create(String key, boolean ignoresTerm) {
    journal.add("create " + key);
    Run run = new Run(pids.incrementAndGet(), ignoresTerm);
    if (runs.putIfAbsent(key, run) != null) {
      throw new IllegalStateException(key + " exists");
    }
    return run;
  }

  synchronized Run run(String key) {
    return runs.get(key);
  }

  synchronized void start(String key) {
    journal.add("start " + key);
    runs.get(key).phase = Phase.RUNNING;
  }

  /** The program writes. */
  synchronized void print(String key, String text) {
    runs.get(key).streams.forEach(streams -> streams.print(text));
  }

  /** The program ends. */
  void end(String key, int code) {
    Exit exit = new Exit(code, END, false, Exit.Known.YES);
    synchronized (this) {
      Run run = runs.get(key);
      if (run == null || run.phase == Phase.ENDED) {
        return;
      }
      run.phase = Phase.ENDED;
      run.exit = exit;
      run.streams.forEach(FakeStreams::end);
    }
    listener.accept(key, exit);
  }

  /** A report comes again, or late. */
  void report(String key, int code) {
    listener.accept(key, new Exit(code, END, false, Exit.Known.YES));
  }

  boolean signal(String key, int signal) {
    journal.add("signal " + signal + " " + key);
    Run run = run(key);
    if (run == null || run.phase != Phase.RUNNING) {
      return false;
    }
    if (signal == 9 || signal == 15 && !run.ignoresTerm) {
      end(key, 128 + signal);
    }
    return true;
  }

  synchronized void delete(String key) {
    journal.add("delete " + key);
    runs.remove(key);
  }

  /** The machine goes down: no process survives, nor does what monitors wrote below /run. */
  synchronized void reboot() {
    runs.clear();
  }

  synchronized List<String> alive() {
    return runs.keySet().stream().sorted().toList();
  }

  /** The latest service to look; earlier ones are dead. */
  void watch(BiConsumer<String, Exit> latest) {
    listener = latest;
    List<Map.Entry<String, Run>> ended;
    synchronized (this) {
      ended =
          runs.entrySet().stream().filter(entry -> entry.getValue().phase == Phase.ENDED).toList();
    }
    ended.forEach(entry -> latest.accept(entry.getKey(), entry.getValue().exit));
  }

  /** The kernel kills something in a container for its memory. */
  void runOutOfMemory(String id) {
    oomFiles.add(id);
    outOfMemory.accept(id);
  }

  void watchOutOfMemory(Consumer<String> latest) {
    outOfMemory = latest;
    oomFiles.forEach(latest);
  }

  void unwatch() {
    outOfMemory = id -> {};
    listener = (key, exit) -> {};
  }
}
