package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Images whose files are mounted for reading on this node, each once for all containers that have
 * it beside their roots. All may be called again after any crash; the caller sees to one call for
 * one image at a time. Each takes about a millisecond.
 */
public interface ImageMounts {
  /**
   * Where its files are or will be.
   *
   * @throws IllegalArgumentException when that is no image's id
   */
  Path path(String imageId);

  boolean isMounted(String imageId) throws IOException;

  /**
   * Mounts it, also when it is mounted already: afresh.
   *
   * @param chain its layers, bottom first, all of them applied
   */
  void mount(String imageId, List<ChainId> chain) throws IOException;

  /** Leaves nothing of it; nothing there is success. */
  void unmount(String imageId) throws IOException;

  /** Ids of those of which anything is there. */
  Set<String> all() throws IOException;
}
