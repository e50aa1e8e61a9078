package dev.varve.image.application;

import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Image;
import java.io.IOException;

/** Keeps an image's blobs for an undertaking that found it in the catalog a moment ago. */
public final class HeldImages {
  private HeldImages() {}

  /**
   * From here on the image's blobs stay until the lease is released.
   *
   * @throws dev.varve.eventlog.ProblemException when it was removed between the look and the hold
   */
  public static void hold(Image image, ContentStore.Lease lease, ContentStore content)
      throws IOException {
    lease.hold(image.blobs());
    if (!image.blobs().stream().allMatch(content::has)) {
      throw Catalog.noSuchImage(image.id().value());
    }
  }
}
