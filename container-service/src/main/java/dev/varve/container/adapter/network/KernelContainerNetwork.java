package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContainerNetwork} on the kernel's own means.
 *
 * <p>Under the run directory: {@code netns/<address>} or {@code netns/none-<container>} pins a
 * namespace, {@code netns/of/<container>} is a link to it and says who holds it. Both survive the
 * engine, so nothing else has to be remembered.
 */
public final class KernelContainerNetwork implements ContainerNetwork, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KernelContainerNetwork.class);
  private static final int READY = 4;
  private static final int MTU = 1500;

  private final NetworkKernel kernel;
  private final String prefix;
  private final Path directory;
  private final Path holders;
  private final SecureRandom random = new SecureRandom();
  private @Nullable Active active;

  /** The bridge in use, its addresses and its pool. */
  private record Active(
      BridgeNetwork network, Ipv4 subnet, AddressBook addresses, NamespacePool pool) {}

  /**
   * @param prefix of every name the engine gives
   * @param run the run directory
   */
  public KernelContainerNetwork(NetworkKernel kernel, String prefix, Path run) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.directory = run.resolve("netns");
    this.holders = directory.resolve("of");
  }

  @Override
  public synchronized void ensureBridge(BridgeNetwork network) throws IOException {
    if (active != null && active.network().equals(network)) {
      return;
    }
    Files.createDirectories(holders);
    Ipv4 subnet = Ipv4.parse(network.subnet());
    Ipv4 gateway = new Ipv4(Ipv4.parse(network.gateway()).bits(), subnet.prefixLength());
    NetworkCalls host = kernel.host();
    int mtu = mtu(host);
    if (host.index(network.bridge()).isEmpty()) {
      host.addBridge(network.bridge(), gateway.mac(), mtu);
    }
    int index = host.index(network.bridge()).orElseThrow();
    kernel.sysctl("net/ipv4/ip_forward", "1");
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/accept_ra", "0");
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", "1");
    host.addAddress(index, gateway);
    host.setUp(index);
    kernel.firewall(new BridgeRules(prefix, network.bridge(), subnet).script());
    AddressBook addresses = new AddressBook(subnet, network.gateway());
    for (String holder : holders()) {
      pinOf(holder).map(pin -> name(pin)).ifPresent(addresses::claim);
    }
    var bridge = new BridgedNamespace.Bridge(prefix, index, mtu, network.gateway(), directory);
    if (active != null) {
      active.pool().close();
    }
    active =
        new Active(network, subnet, addresses, new NamespacePool(kernel, bridge, addresses, READY));
  }

  /** As large as what leaves the host may be, so that nothing is lost on a narrow uplink. */
  private static int mtu(NetworkCalls host) throws IOException {
    var uplink = host.defaultLink();
    return host.links().stream()
        .filter(link -> uplink.isPresent() && link.index() == uplink.getAsInt())
        .mapToInt(NetworkCalls.Link::mtu)
        .filter(mtu -> mtu < MTU)
        .findFirst()
        .orElse(MTU);
  }

  @Override
  public String freeSubnet() throws IOException {
    return FreeSubnets.first(kernel.host().networksInUse())
        .orElseThrow(() ->
            new IOException(
                "could not find an available, non-overlapping IPv4 address pool among the"
                    + " defaults to assign to the network"))
        .toString();
  }

  @Override
  public Lease lease(String containerId) throws IOException {
    Active bridge = active();
    release(containerId);
    BridgedNamespace namespace = bridge.pool().take();
    Files.createSymbolicLink(holders.resolve(containerId), namespace.pin());
    BridgeNetwork network = bridge.network();
    return new Lease(
        new NetworkAttachment(
            network.name(),
            network.networkId(),
            newEndpointId(),
            namespace.address().address(),
            bridge.subnet().prefixLength(),
            network.gateway(),
            namespace.address().mac(),
            List.of()),
        namespace.pin());
  }

  private synchronized Active active() {
    if (active == null) {
      throw new IllegalStateException("the bridge has not been made yet");
    }
    return active;
  }

  private String newEndpointId() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public Path isolated(String containerId) throws IOException {
    release(containerId);
    Files.createDirectories(holders);
    Path pin = directory.resolve("none-" + containerId);
    BridgedNamespace.createIsolated(kernel, pin);
    Files.createSymbolicLink(holders.resolve(containerId), pin);
    return pin;
  }

  @Override
  public void release(String containerId) throws IOException {
    Optional<Path> pin = pinOf(containerId);
    if (pin.isEmpty()) {
      return;
    }
    kernel.deleteNamespace(pin.get());
    Files.deleteIfExists(holders.resolve(containerId));
    // The kernel drops the link a little later; until then it refuses a new one for this address.
    Active bridge;
    synchronized (this) {
      bridge = active;
    }
    if (bridge != null) {
      bridge.addresses().free(name(pin.get()));
    }
  }

  private Optional<Path> pinOf(String containerId) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(holders.resolve(containerId)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static String name(Path pin) {
    return String.valueOf(pin.getFileName());
  }

  private List<String> holders() throws IOException {
    return names(holders);
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(KernelContainerNetwork::name).toList();
    }
  }

  @Override
  public void reconcile(Set<String> runningContainerIds, Set<String> addressesInUse)
      throws IOException {
    for (String holder : holders()) {
      if (!runningContainerIds.contains(holder)) {
        release(holder);
      }
    }
    Set<String> kept = new HashSet<>();
    for (String holder : holders()) {
      pinOf(holder).map(KernelContainerNetwork::name).ifPresent(kept::add);
    }
    for (String pin : names(directory)) {
      if (!pin.equals(name(holders)) && !kept.contains(pin)) {
        kernel.deleteNamespace(directory.resolve(pin));
      }
    }
    deleteOrphanLinks(kept);
    Active bridge = active();
    addressesInUse.forEach(bridge.addresses()::claim);
    bridge.pool().refill();
  }

  /** Links whose namespace is neither pinned here nor about to vanish by itself. */
  private void deleteOrphanLinks(Set<String> kept) throws IOException {
    Set<String> keptLinks = new HashSet<>();
    for (String name : kept) {
      if (!name.startsWith("none-")) {
        keptLinks.add(BridgedNamespace.linkName(prefix, Ipv4.parse(name)));
      }
    }
    String linkPrefix = BridgedNamespace.linkPrefix(prefix);
    for (NetworkCalls.Link link : kernel.host().links()) {
      if (link.name().startsWith(linkPrefix) && !keptLinks.contains(link.name())) {
        try {
          kernel.host().deleteLink(link.name());
        } catch (SystemCallException e) {
          if (e.errno() != Errno.ENODEV) {
            LOG.warnf(e, "cannot delete link %s", link.name());
          }
        }
      }
    }
  }

  /** Deletes what is ready but not leased; leases stay. */
  @Override
  public synchronized void close() {
    if (active != null) {
      active.pool().close();
      active = null;
    }
  }
}
