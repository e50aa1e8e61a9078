package dev.varve.container.application;

import dev.varve.container.domain.RequestedConfig;
import java.io.IOException;
import java.util.Optional;

/** What containers of builds are to be, as the image service tells it. Any thread. */
public interface RunRequests {
  /** Empty when nobody waits for the container any more. */
  Optional<RequestedConfig> find(String buildId, String containerId)
      throws IOException, InterruptedException;
}
