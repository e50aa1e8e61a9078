package dev.varve.container.adapter.network;

import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Path;

/** The default bridge, and the namespaces that are ready with an address on it. Thread-safe. */
final class DefaultBridge implements AutoCloseable {
  private static final int READY = 4;

  private final Segment segment;
  private final NamespacePool<BridgedNamespace> pool;

  /**
   * @param directory where namespaces are pinned
   */
  DefaultBridge(NetworkKernel kernel, String prefix, Path directory, Segment segment) {
    this.segment = segment;
    this.pool =
        new NamespacePool<>(new BridgedNamespaces(kernel, prefix, directory, segment), READY);
  }

  BridgedNamespace take() throws IOException {
    return pool.take();
  }

  /** The place that comes with a namespace of the pool. */
  NetworkAttachment place(String containerId, BridgedNamespace namespace) {
    Network network = segment.network();
    NetworkAttachment place =
        new NetworkAttachment(
            network.name(),
            network.id(),
            segment.newEndpointId(),
            namespace.address().address(),
            namespace.address().prefixLength(),
            network.gateway(),
            namespace.address().mac());
    segment.hold(containerId, place);
    return place;
  }

  /** Gives the address back that a namespace of the pool is named by. */
  void free(Path pin) {
    IpAddress.read(NamespaceHolders.name(pin)).ifPresent(segment.addresses()::free);
  }

  void refill() {
    pool.refill();
  }

  @Override
  public void close() {
    pool.close();
  }
}
