package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import dev.varve.snapshot.domain.Layer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * What other services' facts make this one do. Both methods return at once and may be given a
 * change again: the work runs on a virtual thread, and what a crash cuts off the next start's
 * {@link Roots#reconcile} finds.
 */
public final class Reactions {
  private static final Logger LOG = Logger.getLogger(Reactions.class);

  private static final int TRIES = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Facts facts;
  private final Layers layers;
  private final Roots roots;
  private final RootSizes sizes;
  private final VolumeClaims claims;
  private final MountedImages images;
  private final Executor virtual;

  public Reactions(
      Facts facts,
      Layers layers,
      Roots roots,
      RootSizes sizes,
      VolumeClaims claims,
      MountedImages images,
      Executor virtual) {
    this.sizes = sizes;
    this.claims = claims;
    this.images = images;
    this.facts = facts;
    this.layers = layers;
    this.roots = roots;
    this.virtual = virtual;
  }

  public void onImage(Change<ImageState, ImageEvent> change) {
    Cause cause = Causes.reactionTo(change.event());
    switch (change.event().data()) {
      case ImageEvent.Added(Image image) -> start(() -> added(image, cause));
      case ImageEvent.Reclaimed _ -> {
        if (change.before() instanceof Image before) {
          start(() -> roots.dropUnneeded(before.chain(), cause));
        }
      }
      case ImageEvent.LayerFetched(Layer layer) -> start(() -> fetched(layer, cause));
      case ImageEvent.LayerAbandoned(ChainId chainId) ->
          start(() -> roots.dropUnneeded(List.of(chainId), cause));
    }
  }

  public void onContainer(Change<ContainerState, ContainerEvent> change) {
    Cause cause = Causes.reactionTo(change.event());
    String id = change.event().subject().id();
    switch (change.event().data()) {
      case ContainerEvent.RootFilesystemMissing _ -> start(() -> roots.settle(id, true, cause));
      case ContainerEvent.Created _ -> start(() -> roots.settle(id, false, cause));
      case ContainerEvent.Removed _ ->
          start(() -> {
            roots.settle(id, false, cause);
            if (change.before() instanceof Container gone) {
              claims.released(gone, cause);
              roots.dropUnneeded(images.released(gone), cause);
            }
          });
      case ContainerEvent.LeaseEnded _ -> start(() -> claims.leaseEnded(cause));
      case ContainerEvent.Exited _ -> sizes.afterRun(id);
      case ContainerEvent.StartRequested _,
          ContainerEvent.StartFailed _,
          ContainerEvent.RemoveRequested _,
          ContainerEvent.Started _,
          ContainerEvent.LeaseOpened _ -> {}
    }
  }

  private void added(Image image, Cause cause) throws IOException, InterruptedException {
    try {
      layers.ensure(image, cause);
    } catch (IOException e) {
      LOG.debugf("recorded as LayerApplyFailed: %s", e.getMessage());
    }
    if (facts.image(image.id()).isEmpty()) {
      roots.dropUnneeded(image.chain(), cause);
    }
  }

  /**
   * Has the layer unpacked while its image is still on its way. What fails is left to the image's
   * own arrival, which tries again and records it.
   */
  private void fetched(Layer layer, Cause cause) throws IOException, InterruptedException {
    List<Layer> chain = facts.isFetchedAhead(layer.chainId()) ? facts.chain(layer) : List.of();
    if (chain.isEmpty()) {
      return;
    }
    try {
      layers.ahead(chain, cause);
    } catch (IOException e) {
      LOG.debugf("layer %s ahead of its image: %s", layer.chainId(), e.getMessage());
    }
    if (!facts.isOfImage(layer.chainId())) {
      roots.dropUnneeded(List.of(layer.chainId()), cause);
    }
  }

  /** Tries a few times: the log, or the disk, may be away for a moment. */
  private void start(Work work) {
    virtual.execute(() -> {
      Duration pause = FIRST_PAUSE;
      for (int tries = 1; ; tries++) {
        try {
          work.run();
          return;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        } catch (IOException | RuntimeException e) {
          if (tries == TRIES || !sleep(pause)) {
            LOG.error("left for the next start", e);
            return;
          }
          LOG.warnf("tried again: %s", e);
          pause = pause.multipliedBy(2);
        }
      }
    });
  }

  private static boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }
}
