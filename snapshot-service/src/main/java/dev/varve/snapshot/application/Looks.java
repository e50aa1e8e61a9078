package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Looks into images: sees to it that their layers are here, and stay as long as somebody looks.
 * Blocks; each look belongs to one platform thread.
 */
public final class Looks {
  private static final Logger LOG = Logger.getLogger(Looks.class);

  private final Facts facts;
  private final Layers layers;
  private final Roots roots;
  private final LayerPins pins;
  private final Snapshotter snapshotter;

  public Looks(Facts facts, Layers layers, Roots roots, LayerPins pins, Snapshotter snapshotter) {
    this.facts = facts;
    this.layers = layers;
    this.roots = roots;
    this.pins = pins;
    this.snapshotter = snapshotter;
  }

  /** An image's files, until it is closed. */
  public final class Look implements AutoCloseable {
    private final List<ChainId> chain;
    private final FileView view;
    private final Cause cause;

    private Look(List<ChainId> chain, FileView view, Cause cause) {
      this.chain = chain;
      this.view = view;
      this.cause = cause;
    }

    public FileView view() {
      return view;
    }

    public OwnerNames owners() throws IOException {
      return OwnerNames.of(view);
    }

    @Override
    public void close() {
      view.close();
      release(chain, cause);
    }
  }

  /**
   * @throws dev.varve.eventlog.ProblemException NOT_FOUND when there is no such image
   * @throws IOException when a layer cannot be unpacked
   */
  public Look open(String imageId, Cause cause) throws IOException, InterruptedException {
    Image image =
        facts
            .image(imageId)
            .orElseThrow(() ->
                new Problem(Problem.Code.NOT_FOUND, "No such image: " + imageId).asException());
    List<ChainId> chain = image.chain();
    boolean open = false;
    pins.pin(chain);
    try {
      layers.ensure(image, cause);
      Look look = new Look(chain, snapshotter.view(chain), cause);
      open = true;
      return look;
    } finally {
      if (!open) {
        release(chain, cause);
      }
    }
  }

  /** What nobody needs any more stayed for the look alone. */
  private void release(List<ChainId> chain, Cause cause) {
    pins.unpin(chain);
    try {
      roots.dropUnneeded(chain, cause);
    } catch (IOException | RuntimeException e) {
      LOG.warnf("layers that were looked at are left for the next start to drop: %s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
