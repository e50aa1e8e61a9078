package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.NetworkAttachment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
   * @param nameServer at which names are asked for that know whom to ask further; empty for the
   *     host's servers
   * @param linked others it calls by names of its own, as lines of the file
   * @param hostGateway the address at which containers reach their host: what an extra host of
   *     {@code host-gateway} means
   */
  record Networking(
      List<NetworkAttachment> attachments,
      Optional<String> nameServer,
      List<Linked> linked,
      String hostGateway) {
    public Networking {
      attachments = List.copyOf(attachments);
      linked = List.copyOf(linked);
    }
  }

  /** One that is called by these names, divided by spaces. */
  record Linked(String address, String names) {}

  /** Where they lie, whether they exist or not. */
  Paths paths(String containerId);

  /** Writes them as Docker does; a container on the host's network gets the host's. */
  Paths write(Container container, Networking networking) throws IOException;

  /** Idempotent. */
  void delete(String containerId) throws IOException;

  /** The containers that have such a directory. */
  Set<String> known() throws IOException;
}
