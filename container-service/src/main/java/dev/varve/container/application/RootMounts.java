package dev.varve.container.application;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What this process sees of root file systems, and what the snapshot service says about them. */
public interface RootMounts {

  /** Whether something is really mounted there. */
  boolean isMounted(Path root);

  /**
   * @param upperBytes of the container's own changes
   * @param rootBytes of everything it sees
   */
  record Usage(long upperBytes, long rootBytes) {
    static final Usage NONE = new Usage(0, 0);
  }

  Usage usage(String containerId) throws IOException;

  /** Of all containers of this node, as far as they were measured, by their ids; quick. */
  Map<String, Usage> usages() throws IOException;
}
