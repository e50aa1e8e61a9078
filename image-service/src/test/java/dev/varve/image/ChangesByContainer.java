package dev.varve.image;

import dev.varve.image.application.ContainerChanges;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Layers as a snapshot service would send them, whole or cut off. */
final class ChangesByContainer implements ContainerChanges {
  private final Map<String, byte[]> layers = new ConcurrentHashMap<>();
  private final Map<String, byte[]> cutOff = new ConcurrentHashMap<>();

  void put(String containerId, byte[] tar) {
    layers.put(containerId, tar);
  }

  void putCutOff(String containerId, byte[] tar) {
    cutOff.put(containerId, tar);
  }

  @Override
  public InputStream open(String containerId) throws IOException {
    byte[] whole = layers.get(containerId);
    if (whole != null) {
      return new ByteArrayInputStream(whole);
    }
    byte[] part = cutOff.get(containerId);
    if (part == null) {
      throw ContainerChanges.noSuchContainer(containerId);
    }
    return new SequenceInputStream(
        new ByteArrayInputStream(part),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the snapshot service went away");
          }
        });
  }
}
