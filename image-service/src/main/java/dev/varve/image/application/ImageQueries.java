package dev.varve.image.application;

import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageHistory;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads: nothing here waits for the log. */
public final class ImageQueries {
  private final ImageLog images;
  private final ImageConfigs configs;

  public ImageQueries(ImageLog images, ImageConfigs configs) {
    this.images = images;
    this.configs = configs;
  }

  /**
   * An image with what is around it.
   *
   * @param references sorted by familiar form
   * @param containers made from it and not removed
   */
  public record View(
      Image image,
      ImageConfigs.Loaded config,
      List<Reference> references,
      Optional<Instant> lastTagged,
      int containers) {

    public List<String> repoTags() {
      return references.stream()
          .filter(reference -> reference.digest().isEmpty())
          .map(Reference::familiar)
          .toList();
    }

    public List<String> repoDigests() {
      return references.stream()
          .filter(reference -> reference.digest().isPresent())
          .map(Reference::familiar)
          .toList();
    }
  }

  /** By Docker's order of lookup. */
  public View resolve(String name) throws IOException {
    return resolve(name, "");
  }

  /**
   * @param platform that the image has to be for; empty for any
   */
  public View resolve(String name, String platform) throws IOException {
    Catalog catalog = images.catalog();
    Image image = catalog.resolve(name);
    Platforms.require(Platforms.wanted(platform), image, name);
    return view(image, catalog.references(image.id()), containersByImage());
  }

  /** The same for somebody who makes a container from it next: until then nothing of it goes. */
  public View resolveForContainer(String name) throws IOException {
    while (true) {
      Digest id = images.catalog().resolve(name).id();
      images.containers().await(id);
      boolean kept = false;
      try {
        // Looked up again: in between it may have been removed, or the name may have moved.
        View view = resolve(name);
        kept = view.image().id().equals(id);
        if (kept) {
          return view;
        }
      } finally {
        if (!kept) {
          images.containers().giveUp(id);
        }
      }
    }
  }

  /** All images, in the order of their ids. */
  public List<View> list() throws IOException {
    Catalog catalog = images.catalog();
    Map<Digest, List<ReferenceState>> references = catalog.referencesByImage();
    Map<String, Integer> containers = containersByImage();
    List<View> views = new ArrayList<>();
    for (Image image : catalog.images()) {
      views.add(view(image, references.getOrDefault(image.id(), List.of()), containers));
    }
    views.sort(Comparator.comparing(view -> view.image().id()));
    return views;
  }

  /**
   * Bytes of all layers there are, unpacked, each once; also of removed images that containers
   * still need.
   */
  public long layersSize() {
    Map<ChainId, Long> sizes = new HashMap<>();
    Catalog catalog = images.catalog();
    Map<String, Integer> containers = containersByImage();
    Stream.concat(
            catalog.images().stream(),
            catalog.removedImages().stream()
                .filter(image -> containers.containsKey(image.id().value())))
        .forEach(image ->
            image.layers().forEach(layer -> sizes.put(layer.chainId(), layer.uncompressedSize())));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  public List<ImageHistory.Line> history(String name, String platform) throws IOException {
    View view = resolve(name, platform);
    return ImageHistory.of(view.image(), view.config().config(), view.repoTags());
  }

  private View view(Image image, List<ReferenceState> references, Map<String, Integer> containers)
      throws IOException {
    return new View(
        image,
        configs.of(image),
        references.stream().map(ReferenceState::reference).toList(),
        references.stream().map(ReferenceState::setAt).max(Comparator.naturalOrder()),
        containers.getOrDefault(image.id().value(), 0));
  }

  private Map<String, Integer> containersByImage() {
    Map<String, Integer> counts = new HashMap<>();
    for (ContainerUse container : images.containers().seen()) {
      container.images().forEach(imageId -> counts.merge(imageId, 1, Integer::sum));
    }
    return counts;
  }
}
