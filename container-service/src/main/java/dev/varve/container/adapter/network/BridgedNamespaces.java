package dev.varve.container.adapter.network;

import dev.varve.container.domain.AddressSpace;
import dev.varve.container.domain.IpAddress;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.util.Optional;

/** Makes namespaces with an address on the default bridge. */
final class BridgedNamespaces implements NamespacePool.Source<BridgedNamespace> {
  // A link that is being torn down blocks its address for some milliseconds; the next is free.
  private static final int TRIES = 64;

  private final NetworkKernel kernel;
  private final BridgedNamespace.Bridge bridge;
  private final AddressSpace addresses;

  BridgedNamespaces(NetworkKernel kernel, BridgedNamespace.Bridge bridge, AddressSpace addresses) {
    this.kernel = kernel;
    this.bridge = bridge;
    this.addresses = addresses;
  }

  @Override
  public BridgedNamespace make() throws IOException {
    for (int tries = 1; ; tries++) {
      Optional<AddressSpace.Place> taken = addresses.take(_ -> false);
      if (taken.isEmpty()) {
        throw new IOException("no available IPv4 addresses on this network's address pools");
      }
      IpAddress address = taken.get().address();
      try {
        return BridgedNamespace.create(
            kernel, bridge, new Ipv4(address.bits().intValue(), bridge.prefixLength()));
      } catch (SystemCallException e) {
        addresses.free(address);
        if (e.errno() != Errno.EEXIST || tries == TRIES) {
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        addresses.free(address);
        throw e;
      }
    }
  }

  @Override
  public void discard(BridgedNamespace namespace) throws IOException {
    kernel.deleteNamespace(namespace.pin());
  }
}
