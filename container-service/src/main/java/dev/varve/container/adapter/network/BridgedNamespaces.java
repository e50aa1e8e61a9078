package dev.varve.container.adapter.network;

import dev.varve.container.domain.AddressSpace;
import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes namespaces with an address on the default bridge. */
final class BridgedNamespaces implements NamespacePool.Source<BridgedNamespace> {
  // A link that is being torn down blocks its address for some milliseconds; the next is free.
  private static final int TRIES = 64;

  private final NetworkKernel kernel;
  private final String prefix;
  private final Path directory;
  private final Segment segment;
  private final int prefixLength;

  BridgedNamespaces(NetworkKernel kernel, String prefix, Path directory, Segment segment) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.directory = directory;
    this.segment = segment;
    this.prefixLength = Subnet.parse(segment.network().subnet()).prefixLength();
  }

  @Override
  public BridgedNamespace make() throws IOException {
    AddressSpace addresses = segment.addresses();
    for (int tries = 1; ; tries++) {
      Optional<AddressSpace.Place> taken = addresses.take(_ -> false);
      if (taken.isEmpty()) {
        throw new IOException("no available IPv4 addresses on this network's address pools");
      }
      IpAddress address = taken.get().address();
      try {
        return BridgedNamespace.create(
            kernel, bridge(), new Ipv4(address.bits().intValue(), prefixLength));
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

  /** As it is now: somebody may have deleted it, and it was made again. */
  private BridgedNamespace.Bridge bridge() {
    return new BridgedNamespace.Bridge(
        prefix, segment.index(), segment.mtu(), segment.network().gateway(), directory);
  }

  @Override
  public void discard(BridgedNamespace namespace) throws IOException {
    kernel.deleteNamespace(namespace.pin());
  }
}
