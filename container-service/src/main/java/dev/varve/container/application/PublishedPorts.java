package dev.varve.container.application;

import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.PublishedPort;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ports of this node that lead to containers.
 *
 * <p>Order of a run: {@link #claim}, the claim recorded with NetworkConnected, {@link #publish},
 * the run, its end, {@link #release}. What is claimed is held by sockets, which keep other programs
 * off and die with the engine; what is published works by rules of the kernel, which outlive it.
 */
public interface PublishedPorts {

  /** What became of a claim. */
  sealed interface Claim {
    record Held(List<PublishedPort> ports) implements Claim {}

    /** Another container has it. */
    record Taken(String hostIp, int hostPort, String containerId) implements Claim {}

    /**
     * No container has it, and yet it cannot be had.
     *
     * @param wanted host address and port, container address and port, protocol
     */
    record Refused(String wanted, String why) implements Claim {}

    /** None of a range is free. */
    record Exhausted() implements Claim {}
  }

  /**
   * Takes all of them or none. Another claim of the same container is given up before.
   *
   * @param address of the container
   */
  Claim claim(String containerId, String address, List<Wanted> wanted);

  /**
   * The end of a container that its ports lead to.
   *
   * @param bridge the Linux bridge's name
   * @param attachment whose ports are claimed
   */
  record Publication(String bridge, NetworkAttachment attachment) {}

  /** Lets a container be reached by the ports it has claimed. */
  void publish(String containerId, Publication publication) throws IOException;

  /**
   * The container's place on its networks has changed: its ports, which it keeps, lead there now.
   *
   * @param publication empty when no network of the container can have them
   */
  void move(String containerId, Optional<Publication> publication) throws IOException;

  /** Ends both: the ports lead nowhere and are free. Idempotent. */
  void release(String containerId) throws IOException;

  /** At start: keeps what belongs to these containers, and takes everything else back. */
  void reconcile(Map<String, Publication> running) throws IOException;
}
