package dev.varve.container.application;

import dev.varve.container.domain.ContainerEvent.RootFilesystemMissing;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Root file systems, which the snapshot service prepares by itself when a container was created.
 * What its log says is a belief; what is mounted is the fact, looked at before each start.
 */
public final class RootFilesystems {
  /** Applying the layers of a large image for the first time takes its while. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** After which it is time to see whether the log is there at all. */
  private static final Duration LOG_CHECK = Duration.ofSeconds(30);

  private final Ledger<Snapshot, SnapshotEvent> snapshots;
  private final ContainerLedger containers;
  private final RootMounts mounts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** To be made before the ledger is started. */
  public RootFilesystems(
      Ledger<Snapshot, SnapshotEvent> snapshots, ContainerLedger containers, RootMounts mounts) {
    this.snapshots = snapshots;
    this.containers = containers;
    this.mounts = mounts;
    snapshots.listen(this::follow);
  }

  /** Where it is or will be mounted; empty before it was prepared. */
  public String rootPath(String containerId) {
    return snapshots.state(Snapshot.subject(containerId)).map(Snapshot::rootPath).orElse("");
  }

  /** How much it holds. */
  public RootMounts.Usage usage(String containerId) {
    try {
      return mounts.usage(containerId);
    } catch (IOException e) {
      throw Refusals.fault("cannot learn the size of " + containerId + ": " + e.getMessage())
          .asException();
    }
  }

  /** How much each of them holds, as far as measured, by the containers' ids. */
  public Map<String, RootMounts.Usage> usages() {
    try {
      return mounts.usages();
    } catch (IOException e) {
      throw Refusals.fault("cannot learn the sizes of containers: " + e.getMessage()).asException();
    }
  }

  /**
   * Waits until it is mounted; asks for it to be made again when the kernel does not show it.
   *
   * @throws ProblemException when it cannot be prepared
   */
  public Path await(Cause cause, String containerId) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Snapshot ready = awaitPrepared(containerId, 0, deadline);
    if (isMounted(ready)) {
      return Path.of(ready.rootPath());
    }
    containers.decide(
        cause,
        facts ->
            facts.container(containerId).isEmpty()
                ? new Decision.Rejected<>(Refusals.noSuchContainer(containerId))
                : Decision.accept(
                    Subjects.container(containerId),
                    new RootFilesystemMissing(ready.rootPath()),
                    true));
    Snapshot again = awaitPrepared(containerId, ready.generation(), deadline);
    if (!isMounted(again)) {
      throw Refusals.fault(
              "the root file system of "
                  + containerId
                  + " is not mounted at "
                  + again.rootPath()
                  + ", or a volume of its is not")
          .asException();
    }
    return Path.of(again.rootPath());
  }

  /** With those volumes that are mounts of their own. */
  private boolean isMounted(Snapshot prepared) {
    return mounts.isMounted(Path.of(prepared.rootPath()))
        && prepared.volumeMounts().stream().allMatch(path -> mounts.isMounted(Path.of(path)));
  }

  /** Waits for a generation later than the given one. */
  private Snapshot awaitPrepared(String containerId, int generation, long deadline)
      throws InterruptedException {
    // A failure of an earlier attempt says nothing about the one just asked for.
    long failedBefore = generation == 0 ? -1 : sequence(containerId);
    while (true) {
      long check = Math.min(deadline, System.nanoTime() + LOG_CHECK.toNanos());
      Optional<Snapshot> prepared = look(containerId, generation, failedBefore, check);
      if (prepared.isPresent()) {
        return prepared.get();
      }
      if (deadline - System.nanoTime() <= 0) {
        throw Refusals.fault("the root file system of " + containerId + " was not prepared in time")
            .asException();
      }
      // What is waited for comes by the log.
      containers.requireLog();
    }
  }

  /**
   * @return empty when it was not prepared until then
   */
  private Optional<Snapshot> look(
      String containerId, int generation, long failedBefore, long deadline)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Snapshot known = snapshots.state(Snapshot.subject(containerId)).orElse(null);
        if (known != null && known.failure().isPresent() && sequence(containerId) > failedBefore) {
          throw Refusals.fault(known.failure().get()).asException();
        }
        if (known != null && known.failure().isEmpty() && known.generation() > generation) {
          return Optional.of(known);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return Optional.empty();
        }
        // A change between the look and this wait is signalled under the lock held here.
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private long sequence(String containerId) {
    return snapshots.get(Snapshot.subject(containerId)).sequence();
  }

  private void follow(Change<Snapshot, SnapshotEvent> change) {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
