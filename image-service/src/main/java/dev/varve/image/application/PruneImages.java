package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.RemoveImage.Outcome;
import dev.varve.image.domain.RemoveUnneeded;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** {@code docker image prune}. One at a time; any thread. */
public final class PruneImages {
  /** Images removed by one batch of events. */
  private static final int BATCH = 50;

  private final ImageLog images;
  private final ImageConfigs configs;
  private final ReentrantLock running = new ReentrantLock();

  public PruneImages(ImageLog images, ImageConfigs configs) {
    this.images = images;
    this.configs = configs;
  }

  /**
   * Which images may go.
   *
   * @param tagged those with tags, too, unless a container is made from them
   * @param until created by then
   * @param labels {@code key} or {@code key=value}: only images that have all of them
   * @param withoutLabels only images that have not all of them; empty means all
   */
  public record Selection(
      boolean tagged, Optional<Instant> until, List<String> labels, List<String> withoutLabels) {
    public Selection {
      labels = List.copyOf(labels);
      withoutLabels = List.copyOf(withoutLabels);
    }
  }

  /**
   * @param reclaimedBytes of the layers that went, unpacked
   */
  public record Pruned(List<Outcome> outcomes, long reclaimedBytes) {}

  /**
   * @throws dev.varve.eventlog.ProblemException CONFLICT while another is at it
   */
  public Pruned prune(Selection selection, Cause cause) throws IOException {
    if (!running.tryLock()) {
      throw new Problem(Problem.Code.CONFLICT, "a prune operation is already running")
          .asException();
    }
    try {
      Catalog before = images.catalog();
      Map<String, Long> layerSizes = layerSizes(before);
      List<Digest> candidates = candidates(before, selection);
      Collection<ContainerUse> containers = images.containers().now();
      List<Outcome> outcomes = new ArrayList<>();
      for (int from = 0; from < candidates.size(); from += BATCH) {
        List<Digest> batch = candidates.subList(from, Math.min(from + BATCH, candidates.size()));
        RemoveUnneeded removal = new RemoveUnneeded(List.copyOf(batch), selection.tagged());
        outcomes.addAll(images.run(cause, catalog -> removal.decide(catalog, containers)));
      }
      long bytes = 0;
      for (Outcome outcome : outcomes) {
        bytes +=
            outcome instanceof Outcome.Deleted(String id) ? layerSizes.getOrDefault(id, 0L) : 0;
      }
      Pruned result = new Pruned(outcomes, bytes);
      var _ = images.run(cause, _ -> recorded(result));
      return result;
    } finally {
      running.unlock();
    }
  }

  private static Decision<ImageEvent, Boolean> recorded(Pruned result) {
    return Decision.accept(Subjects.PRUNE, new ImageEvent.Pruned(result.reclaimedBytes()), true);
  }

  private List<Digest> candidates(Catalog catalog, Selection selection) throws IOException {
    List<Digest> candidates = new ArrayList<>();
    for (Image image : catalog.images()) {
      var config = configs.of(image).config();
      boolean inTime =
          selection.until().isEmpty()
              || !config.createdAt().orElse(Instant.EPOCH).isAfter(selection.until().get());
      if (inTime
          && hasAll(config.labels(), selection.labels())
          && (selection.withoutLabels().isEmpty()
              || !hasAll(config.labels(), selection.withoutLabels()))) {
        candidates.add(image.id());
      }
    }
    return candidates;
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

  private static Map<String, Long> layerSizes(Catalog catalog) {
    Map<String, Long> sizes = new HashMap<>();
    for (Image image : catalog.images()) {
      image
          .layers()
          .forEach(layer -> sizes.put(layer.chainId().toString(), layer.uncompressedSize()));
    }
    return sizes;
  }
}
