package dev.varve.image.domain;

import java.util.Set;

/**
 * What the image service knows of a container that exists: enough to protect its images.
 *
 * @param images ids of the one it is made from and of those that it has mounted, each once
 */
public record ContainerUse(String containerId, Set<String> images, boolean running) {
  private static final int SHORT_ID = 12;

  public ContainerUse {
    images = Set.copyOf(images);
  }

  public boolean uses(Digest image) {
    return images.contains(image.value());
  }

  String shortId() {
    return containerId.substring(0, Math.min(SHORT_ID, containerId.length()));
  }
}
