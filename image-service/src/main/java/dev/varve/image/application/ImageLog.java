package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.CatalogState;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The image topic as the use cases see it.
 *
 * <p>Commands run one at a time: most of them touch an image and its references, which are subjects
 * of their own, and the admission rule orders each subject but not one against the other.
 */
public final class ImageLog {
  private final CommandRunner<CatalogState, ImageEvent> runner;
  private final Catalog catalog;
  private final ContainerUses containers;
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  public ImageLog(
      CommandRunner<CatalogState, ImageEvent> runner,
      Ledger<CatalogState, ImageEvent> ledger,
      ContainerUses containers) {
    this.runner = runner;
    this.catalog = new Catalog(ledger.live());
    this.containers = containers;
  }

  /** The present state; reads never wait. */
  public Catalog catalog() {
    return catalog;
  }

  public ContainerUses containers() {
    return containers;
  }

  /** Runs a command and waits until it counts. */
  public <R> R run(Cause cause, Function<Catalog, Decision<ImageEvent, R>> decider) {
    oneAtATime.lock();
    try {
      return runner.run(cause, ledger -> decider.apply(new Catalog(ledger.live())));
    } finally {
      oneAtATime.unlock();
    }
  }

  /**
   * Every blob that something needs: a present image, with what its layers were packed to, a
   * removed one with containers left, a manifest that the engine's registry was given, a step of a
   * running build, an entry of the build cache.
   */
  public Set<Digest> referencedBlobs() {
    Set<Digest> blobs = new HashSet<>();
    for (Image image : catalog.images()) {
      blobs.addAll(image.blobs());
      catalog.packings(image).forEach(packed -> blobs.add(packed.digest()));
    }
    catalog.hostedManifests().forEach(manifest -> blobs.addAll(manifest.needs()));
    catalog.grounds().forEach(image -> blobs.addAll(image.blobs()));
    catalog
        .cacheEntries()
        .forEach(entry -> entry.step().layer().ifPresent(layer -> blobs.add(layer.digest())));
    for (Image image : catalog.removedImages()) {
      if (containers.holds(image.id())) {
        blobs.addAll(image.blobs());
      }
    }
    return blobs;
  }
}
