package dev.varve.image.domain;

/** What the image service knows of a container that exists: enough to protect its image. */
public record ContainerUse(String containerId, String imageId, boolean running) {
  private static final int SHORT_ID = 12;

  public boolean uses(Digest image) {
    return imageId.equals(image.value());
  }

  String shortId() {
    return containerId.substring(0, Math.min(SHORT_ID, containerId.length()));
  }
}
