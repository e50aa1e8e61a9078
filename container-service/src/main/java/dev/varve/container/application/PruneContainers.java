package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.PruneEvent.Pruned;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/** Removes stopped containers. One at a time; any thread. */
public final class PruneContainers {
  private static final Logger LOG = Logger.getLogger(PruneContainers.class);

  private final Engine engine;
  private final RemoveContainer removal;
  private final ReentrantLock running = new ReentrantLock();

  public PruneContainers(Engine engine, RemoveContainer removal) {
    this.engine = engine;
    this.removal = removal;
  }

  /**
   * Which of them.
   *
   * @param until created by then
   * @param labels {@code key} or {@code key=value}: only containers that have all of them
   * @param withoutLabels only containers that have not all of them; empty means all
   */
  public record Selection(
      Optional<Instant> until, List<String> labels, List<String> withoutLabels) {
    public Selection {
      labels = List.copyOf(labels);
      withoutLabels = List.copyOf(withoutLabels);
    }

    /** Whether something with these labels, made then, is among them. */
    public boolean takes(Map<String, String> present, Instant createdAt) {
      return (until.isEmpty() || !createdAt.isAfter(until.get()))
          && hasAll(present, labels)
          && (withoutLabels.isEmpty() || !hasAll(present, withoutLabels));
    }

    private static boolean hasAll(Map<String, String> labels, List<String> wanted) {
      return wanted.stream()
          .allMatch(label -> {
            int equals = label.indexOf('=');
            return equals < 0
                ? labels.containsKey(label)
                : label.substring(equals + 1).equals(labels.get(label.substring(0, equals)));
          });
    }
  }

  /**
   * @param reclaimedBytes of the containers' own changes
   */
  public record Result(List<String> ids, long reclaimedBytes) {}

  /**
   * Returns when they are gone; one that cannot be removed stays.
   *
   * @throws ProblemException CONFLICT while another is at it
   */
  public Result prune(Cause cause, Selection selection) {
    if (!running.tryLock()) {
      throw Refusals.pruneRunning().asException();
    }
    try {
      Map<String, RootMounts.Usage> usages = engine.roots().usages();
      List<CompletableFuture<Optional<String>>> removals = new ArrayList<>();
      try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Container it : engine.directory().newestFirst()) {
          if (it.phase() instanceof Container.Phase.Idle
              && selection.takes(it.spec().labels(), it.createdAt())) {
            removals.add(CompletableFuture.supplyAsync(() -> remove(cause, it.id()), each));
          }
        }
      }
      List<String> gone =
          removals.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
      long bytes =
          gone.stream()
              .mapToLong(id -> usages.getOrDefault(id, RootMounts.Usage.NONE).upperBytes())
              .sum();
      var _ =
          engine
              .ledger()
              .decide(cause, _ -> Decision.accept(Subjects.PRUNE, new Pruned(bytes), true));
      return new Result(gone, bytes);
    } finally {
      running.unlock();
    }
  }

  private Optional<String> remove(Cause cause, String id) {
    try {
      removal.remove(cause, id, false, false);
      return Optional.of(id);
    } catch (ProblemException e) {
      LOG.infof("container %s stays: %s", id, e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }
}
