package dev.varve.container.application;

import java.io.IOException;
import java.nio.file.Path;

/** What this process sees of root file systems, and what the snapshot service says about them. */
public interface RootMounts {

  /** Whether something is really mounted there. */
  boolean isMounted(Path root);

  /**
   * @param upperBytes of the container's own changes
   * @param rootBytes of everything it sees
   */
  record Usage(long upperBytes, long rootBytes) {}

  Usage usage(String containerId) throws IOException;
}
