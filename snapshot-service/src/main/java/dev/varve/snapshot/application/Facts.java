package dev.varve.snapshot.application;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Position;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What other services' topics say now, as seen from one node. Reads never block, except {@link
 * #image}, for an image that a container's creation may have overtaken on its way here.
 */
public final class Facts {
  private static final Duration CATCH_UP = Duration.ofSeconds(30);

  private final String node;
  private final Ledger<Image, ImageEvent> images;
  private final EventLog imageLog;
  private final Ledger<Container, ContainerEvent> containers;

  /**
   * @param imageLog the log that {@code images} folds
   */
  public Facts(
      String node,
      Ledger<Image, ImageEvent> images,
      EventLog imageLog,
      Ledger<Container, ContainerEvent> containers) {
    this.node = node;
    this.images = images;
    this.imageLog = imageLog;
    this.containers = containers;
  }

  public String node() {
    return node;
  }

  public Collection<Image> images() {
    return images.live().values();
  }

  /**
   * The image, until it is reclaimed; topics have no common order, so ours is first read to its
   * end.
   */
  public Optional<Image> image(String imageId) {
    Optional<Image> known = images.state(ImageEvent.subject(imageId));
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
    return images.state(ImageEvent.subject(imageId));
  }

  public boolean isOfKnownImage(ChainId chainId) {
    return images().stream()
        .flatMap(image -> image.layers().stream())
        .anyMatch(layer -> layer.chainId().equals(chainId));
  }

  /** The container, if it lives and is this node's. */
  public Optional<Container> container(String containerId) {
    return containers
        .state(ContainerEvent.subject(containerId))
        .filter(container -> container.node().equals(node));
  }

  /** Live containers of this node. */
  public List<Container> containers() {
    return containers.live().values().stream()
        .filter(container -> container.node().equals(node))
        .toList();
  }

  /**
   * Whether this log ever told of the container: a directory of one it never heard of is not ours.
   */
  public boolean everKnewContainer(String containerId) {
    return containers.get(ContainerEvent.subject(containerId)).sequence() > 0;
  }
}
