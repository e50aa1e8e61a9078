package dev.varve.image.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the engine itself needs of an image's config document; the document's bytes stay the truth.
 *
 * @param created RFC 3339 as written; empty when absent
 * @param diffIds from the bottom
 * @param history from the oldest
 */
public record ImageConfig(
    Platform platform, String created, List<DiffId> diffIds, List<Entry> history) {

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
  }

  /** One step of how the image was made. */
  public record Entry(
      Optional<Instant> created, String createdBy, String comment, boolean emptyLayer) {}

  /** The history's text for each layer from the bottom; empty where it does not say. */
  public List<String> createdByOfLayers() {
    List<String> known =
        history.stream().filter(entry -> !entry.emptyLayer()).map(Entry::createdBy).toList();
    return known.size() == diffIds.size() ? known : diffIds.stream().map(diffId -> "").toList();
  }
}
