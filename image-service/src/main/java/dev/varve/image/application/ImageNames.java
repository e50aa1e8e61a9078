package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.RemoveImage;
import dev.varve.image.domain.SetReference;
import java.util.Collection;
import java.util.List;

/** {@code docker tag} and {@code docker rmi}. */
public final class ImageNames {
  private final ImageLog images;

  public ImageNames(ImageLog images) {
    this.images = images;
  }

  /**
   * Lets a reference point at an image, as the newest fact about it.
   *
   * @param tag empty means latest
   */
  public void tag(String source, String repository, String tag, Cause cause) {
    Reference reference =
        References.target(repository, tag)
            .orElseThrow(() -> References.invalid("invalid reference format"));
    Image image = images.catalog().resolve(source);
    var _ = images.run(cause, new SetReference(reference, image.id())::decide);
  }

  /**
   * @param prune also images that it was made from and that nothing else needs
   */
  public List<RemoveImage.Outcome> remove(String name, boolean force, boolean prune, Cause cause) {
    Image image = images.catalog().resolve(name);
    Collection<ContainerUse> containers = images.containers().now();
    RemoveImage command = new RemoveImage(name, image, force, prune);
    return images.run(cause, catalog -> command.decide(catalog, containers));
  }
}
