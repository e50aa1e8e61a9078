package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.NetworkAttachment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The files of a container that are mounted over its own /etc: hosts, hostname, resolv.conf. Their
 * directory is the last trace of a container on its node: it exists from the first start until
 * everything else has been cleaned up.
 */
public interface RunFiles {

  record Paths(Path hosts, Path hostname, Path resolvConf) {}

  /**
   * What the run has of networks.
   *
   * @param attachments none on the host's network and on none
   * @param resolver names are asked for at 127.0.0.11
   * @param hostGateway the address at which containers reach their host: what an extra host of
   *     {@code host-gateway} means
   */
  record Networking(List<NetworkAttachment> attachments, boolean resolver, String hostGateway) {
    public Networking {
      attachments = List.copyOf(attachments);
    }
  }

  /** Where they lie, whether they exist or not. */
  Paths paths(String containerId);

  /** Writes them as Docker does; a container on the host's network gets the host's. */
  Paths write(Container container, Networking networking) throws IOException;

  /** Idempotent. */
  void delete(String containerId) throws IOException;

  /** The containers that have such a directory. */
  Set<String> known() throws IOException;
}
