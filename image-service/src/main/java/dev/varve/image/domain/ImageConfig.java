package dev.varve.image.domain;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the engine itself needs of an image's config document; the document's bytes stay the truth.
 *
 * @param created RFC 3339 as written; empty when absent
 * @param labels of the containers to come, and of the image itself
 * @param diffIds from the bottom
 * @param history from the oldest
 */
public record ImageConfig(
    Platform platform,
    String created,
    Map<String, String> labels,
    List<DiffId> diffIds,
    List<Entry> history) {

  public ImageConfig {
    labels = Map.copyOf(labels);
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
  }

  /** One step of how the image was made. */
  public record Entry(
      Optional<Instant> created, String createdBy, String comment, boolean emptyLayer) {}

  /** When the image says it was made; empty when it does not say. */
  public Optional<Instant> createdAt() {
    try {
      return created.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(created).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The history's text for each layer from the bottom; empty where it does not say. */
  public List<String> createdByOfLayers() {
    List<String> known =
        history.stream().filter(entry -> !entry.emptyLayer()).map(Entry::createdBy).toList();
    return known.size() == diffIds.size() ? known : diffIds.stream().map(diffId -> "").toList();
  }
}
