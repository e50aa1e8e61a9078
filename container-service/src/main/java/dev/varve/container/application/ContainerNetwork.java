package dev.varve.container.application;

import dev.varve.container.domain.NetworkAttachment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Network namespaces of containers. Namespaces for the default bridge are prepared ahead, so that
 * {@link #lease} usually takes one from a pool in microseconds.
 *
 * <p>Order of a run: {@link #lease}, the claim recorded as NetworkConnected, the run, its end,
 * {@link #release}.
 */
public interface ContainerNetwork {

  /** A namespace that is ready to be joined, its address not yet recorded as claimed. */
  record Lease(NetworkAttachment attachment, Path namespace) {}

  /**
   * Makes the engine's default bridge, its address and its NAT rules as they should be; idempotent.
   */
  void ensureBridge(BridgeNetwork network) throws IOException;

  /**
   * @param subnet CIDR, for example 172.17.0.0/16
   * @param gateway the bridge's own address
   */
  record BridgeNetwork(
      String networkId, String name, String bridge, String subnet, String gateway) {}

  /** A subnet for a new bridge that no route of this host overlaps. */
  String freeSubnet() throws IOException;

  /** A namespace on the default bridge for the container; addresses in use are never handed out. */
  Lease lease(String containerId) throws IOException;

  /** A namespace with nothing but loopback, for network mode none. */
  Path isolated(String containerId) throws IOException;

  /**
   * Deletes the container's namespace, and with it its interfaces; frees its address. Idempotent.
   */
  void release(String containerId) throws IOException;

  /**
   * At start: keeps what belongs to the given containers, deletes every other namespace and
   * interface of this engine.
   */
  void reconcile(Set<String> runningContainerIds, Set<String> addressesInUse) throws IOException;
}
