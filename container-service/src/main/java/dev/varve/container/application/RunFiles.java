package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.NetworkAttachment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a container that are mounted over its own /etc: hosts, hostname, resolv.conf. Their
 * directory is the last trace of a container on its node: it exists from the first start until
 * everything else has been cleaned up.
 */
public interface RunFiles {

  record Paths(Path hosts, Path hostname, Path resolvConf) {}

  /** Where they lie, whether they exist or not. */
  Paths paths(String containerId);

  /**
   * Writes them as Docker does; a container on the host's network gets the host's.
   *
   * @param attachment empty on the host's network and on none
   * @param hostGateway the address at which containers reach their host: what an extra host of
   *     {@code host-gateway} means
   */
  Paths write(Container container, Optional<NetworkAttachment> attachment, String hostGateway)
      throws IOException;

  /** Idempotent. */
  void delete(String containerId) throws IOException;

  /** The containers that have such a directory. */
  Set<String> known() throws IOException;
}
