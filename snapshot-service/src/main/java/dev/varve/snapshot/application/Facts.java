package dev.varve.snapshot.application;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.FetchedLayer;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import dev.varve.snapshot.domain.Layer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What other services' topics say now, as seen from one node. Reads never block, except {@link
 * #image}, for an image that a container's creation may have overtaken on its way here.
 */
public final class Facts {
  private static final Duration CATCH_UP = Duration.ofSeconds(30);

  private final String node;
  private final Ledger<ImageState, ImageEvent> images;
  private final EventLog imageLog;
  private final Ledger<ContainerState, ContainerEvent> containers;
  private final EventLog containerLog;

  /**
   * @param imageLog the log that {@code images} folds
   * @param containerLog the log that {@code containers} folds
   */
  public Facts(
      String node,
      Ledger<ImageState, ImageEvent> images,
      EventLog imageLog,
      Ledger<ContainerState, ContainerEvent> containers,
      EventLog containerLog) {
    this.node = node;
    this.images = images;
    this.imageLog = imageLog;
    this.containers = containers;
    this.containerLog = containerLog;
  }

  public String node() {
    return node;
  }

  public List<Image> images() {
    return images.live().values().stream()
        .flatMap(state -> state instanceof Image image ? Stream.of(image) : Stream.empty())
        .toList();
  }

  /**
   * The image, until it is reclaimed; topics have no common order, so ours is first read to its
   * end.
   */
  public Optional<Image> image(String imageId) {
    Optional<Image> known = knownImage(imageId);
    if (known.isPresent()) {
      return known;
    }
    imageLog
        .ends()
        .forEach((partition, end) -> {
          if (end > 0) {
            images.awaitPassed(new Position(partition, end - 1), CATCH_UP);
          }
        });
    return knownImage(imageId);
  }

  private Optional<Image> knownImage(String imageId) {
    return images
        .state(ImageEvent.subject(imageId))
        .flatMap(state -> state instanceof Image image ? Optional.of(image) : Optional.empty());
  }

  /** Whether an image has the layer, or one is on its way that will. */
  public boolean isOfImage(ChainId chainId) {
    return isFetchedAhead(chainId) || ofImage(chainId).isPresent();
  }

  public boolean isFetchedAhead(ChainId chainId) {
    return images.state(ImageEvent.layerSubject(chainId)).isPresent();
  }

  /** The layers below and this one, bottom first; empty when not all of them are known any more. */
  public List<Layer> chain(Layer top) {
    List<Layer> chain = new ArrayList<>(List.of(top));
    while (chain.getFirst().parent().isPresent()) {
      Optional<Layer> below = layer(chain.getFirst().parent().get());
      if (below.isEmpty()) {
        return List.of();
      }
      chain.addFirst(below.get());
    }
    return chain;
  }

  private Optional<Layer> layer(ChainId chainId) {
    return images
        .state(ImageEvent.layerSubject(chainId))
        .flatMap(state ->
            state instanceof FetchedLayer(Layer layer) ? Optional.of(layer) : Optional.empty())
        .or(() -> ofImage(chainId));
  }

  private Optional<Layer> ofImage(ChainId chainId) {
    return images().stream()
        .flatMap(image -> image.layers().stream())
        .filter(layer -> layer.chainId().equals(chainId))
        .findFirst();
  }

  /** The container, if it lives and is this node's. */
  public Optional<Container> container(String containerId) {
    return containers
        .state(ContainerEvent.subject(containerId))
        .flatMap(Facts::container)
        .filter(container -> container.node().equals(node));
  }

  /** Whether what containers say now is all that they ever said. */
  boolean isCaughtUp() {
    return containers.isCaughtUp();
  }

  /** Reads the containers' topic to the end that it has now. */
  void catchUpContainers() {
    containerLog
        .ends()
        .forEach((partition, end) -> {
          if (end > 0) {
            containers.awaitPassed(new Position(partition, end - 1), CATCH_UP);
          }
        });
  }

  /** Live containers of this node. */
  public List<Container> containers() {
    return containers.live().values().stream()
        .flatMap(state -> container(state).stream())
        .filter(container -> container.node().equals(node))
        .toList();
  }

  private static Optional<Container> container(ContainerState state) {
    return state instanceof Container container ? Optional.of(container) : Optional.empty();
  }

  /** Whether it has ended; one that is not known may have been opened just now. */
  boolean isLeaseOver(String leaseId) {
    Subject lease = ContainerEvent.leaseSubject(leaseId);
    if (containers.state(lease).isEmpty()) {
      catchUpContainers();
    }
    return containers.state(lease).isEmpty();
  }

  /** How many events of the container have counted. */
  long history(String containerId) {
    return containers.get(ContainerEvent.subject(containerId)).sequence();
  }

  /**
   * Whether this log ever told of the container: a directory of one it never heard of is not ours.
   */
  public boolean everKnewContainer(String containerId) {
    return history(containerId) > 0;
  }
}
