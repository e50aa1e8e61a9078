package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork;
import dev.varve.container.application.NameServer;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subnet;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.PacketTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContainerNetwork} on the kernel's own means.
 *
 * <p>Under the run directory: {@code netns/<address>} pins a namespace of the default bridge's
 * pool, {@code netns/blank-<number>} any other; {@link NamespaceHolders} say who has which. They
 * survive the engine; what else a running container has is in the log.
 */
public final class KernelContainerNetwork implements ContainerNetwork, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KernelContainerNetwork.class);
  private static final int READY_BLANK = 2;

  private final NetworkKernel kernel;
  private final String prefix;
  private final Path directory;
  private final NamespaceHolders holders;
  private final Segments segments;
  private final EndpointLinks links;
  private final NetworkRecovery recovery;
  private final NamespacePool<Path> blank;
  private final Map<String, Places> held = new ConcurrentHashMap<>();
  private final Reattachment reattachment;
  private @Nullable DefaultBridge bridge;

  /**
   * @param prefix of every name the engine gives
   * @param run the run directory
   * @param names where the name servers listen
   * @param remade is told the name of each bridge that somebody deleted and that was made again
   */
  public KernelContainerNetwork(
      NetworkKernel kernel,
      PacketTables tables,
      String prefix,
      Path run,
      NameServer.Ports names,
      Consumer<String> remade) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.directory = run.resolve("netns");
    this.holders = new NamespaceHolders(directory);
    this.segments = new Segments(kernel, tables, SegmentRules.of(prefix, names), prefix);
    this.links = new EndpointLinks(kernel, prefix, segments);
    this.recovery = new NetworkRecovery(kernel, prefix, holders, segments, links, held);
    this.blank = new NamespacePool<>(new BlankNamespaces(kernel, directory), READY_BLANK);
    this.reattachment = new Reattachment(holders, links, held, remade);
  }

  @Override
  public synchronized void restore(Collection<Network> networks) throws IOException {
    holders.prepare();
    segments.restore(networks, reattachment);
    for (Network network : networks) {
      if (network.name().equals(Network.BRIDGE)) {
        open(network);
      }
    }
  }

  private void open(Network network) throws IOException {
    Segment segment = segments.get(network);
    for (Path pin : holders.held()) {
      segment.claimAddressOf(pin);
    }
    if (bridge != null) {
      bridge.close();
    }
    bridge = new DefaultBridge(kernel, prefix, directory, segment);
  }

  private synchronized DefaultBridge bridge() {
    if (bridge == null) {
      throw new IllegalStateException("the bridge has not been made yet");
    }
    return bridge;
  }

  @Override
  public void add(Network network) throws IOException {
    segments.add(network);
  }

  @Override
  public boolean retire(String networkId) {
    return segments.find(networkId).map(Segment::retire).orElse(true);
  }

  @Override
  public void reopen(String networkId) {
    segments.find(networkId).ifPresent(Segment::reopen);
  }

  @Override
  public void remove(Network network) throws IOException {
    segments.remove(network);
  }

  @Override
  public List<Subnet> inUse() throws IOException {
    return kernel.host().networksInUse().stream().map(it -> Subnet.parse(it.toString())).toList();
  }

  @Override
  public Lease lease(String containerId, List<EndpointRequest> requests) throws IOException {
    release(containerId);
    EndpointRequest first = requests.getFirst();
    if (requests.size() == 1
        && first.network().name().equals(Network.BRIDGE)
        && first.spec().isPlain()) {
      return leaseOfPool(containerId);
    }
    Places mine = hold(containerId, blank.take());
    try {
      for (EndpointRequest request : requests) {
        var _ = place(containerId, mine, request);
      }
    } catch (RuntimeException e) {
      release(containerId);
      throw e;
    }
    return new Lease(mine.all(), mine.pin());
  }

  private Places hold(String containerId, Path pin) throws IOException {
    holders.hold(containerId, pin);
    Places mine = new Places(pin);
    held.put(containerId, mine);
    return mine;
  }

  private Lease leaseOfPool(String containerId) throws IOException {
    DefaultBridge from = bridge();
    BridgedNamespace namespace = from.take();
    Places mine = hold(containerId, namespace.pin());
    NetworkAttachment place = from.place(containerId, namespace);
    mine.add(place);
    mine.wired(place);
    return new Lease(List.of(place), namespace.pin());
  }

  private NetworkAttachment place(String containerId, Places mine, EndpointRequest request) {
    synchronized (mine) {
      NetworkAttachment place =
          segments.get(request.network()).claim(containerId, request, mine.nextLink());
      mine.add(place);
      return place;
    }
  }

  @Override
  public NetworkAttachment claim(String containerId, EndpointRequest request) {
    Places mine = held.get(containerId);
    if (mine == null) {
      throw Refusals.sharedNetworkStays().asException();
    }
    return place(containerId, mine, request);
  }

  @Override
  public void wire(String containerId) throws IOException {
    Places mine = held.get(containerId);
    if (mine != null) {
      links.wire(mine);
    }
  }

  @Override
  public void disconnect(String containerId, String networkId) throws IOException {
    Places mine = held.get(containerId);
    if (mine == null) {
      return;
    }
    synchronized (mine) {
      Optional<NetworkAttachment> found = mine.on(networkId);
      if (found.isEmpty()) {
        return;
      }
      NetworkAttachment gone = found.get();
      if (mine.remove(gone)) {
        links.delete(mine.pin(), gone, mine.all());
      }
      // The namespace's file keeps the name of the pool's address as long as it is there.
      boolean rests = NamespaceHolders.name(mine.pin()).equals(gone.address());
      segments.find(networkId).ifPresent(it -> it.free(containerId, rests));
    }
  }

  @Override
  public Path isolated(String containerId) throws IOException {
    release(containerId);
    Path pin = blank.take();
    holders.hold(containerId, pin);
    return pin;
  }

  @Override
  public Path joined(String containerId, String otherId) throws IOException {
    release(containerId);
    Path pin =
        holders.pinOf(otherId).orElseThrow(() -> Refusals.joinOfStopped(otherId).asException());
    holders.join(containerId, pin);
    return pin;
  }

  @Override
  public void release(String containerId) throws IOException {
    Optional<Path> pin = holders.pinOf(containerId);
    if (pin.isEmpty()) {
      return;
    }
    holders.drop(containerId);
    Places mine = held.remove(containerId);
    if (holders.isHeldByOthers(pin.get())) {
      leaveToOthers(mine);
    } else {
      kernel.deleteNamespace(pin.get());
    }
    free(containerId, mine, pin.get());
  }

  /**
   * The kernel drops the links a little later; until then it refuses a new one for an address of
   * the pool.
   */
  private void free(String containerId, @Nullable Places mine, Path pin) {
    boolean once = false;
    if (mine != null) {
      for (NetworkAttachment place : mine.all()) {
        segments.find(place.networkId()).ifPresent(it -> it.free(containerId, false));
        once |= place.address().equals(NamespaceHolders.name(pin));
      }
    }
    DefaultBridge from;
    synchronized (this) {
      from = bridge;
    }
    if (from != null && !once) {
      from.free(pin);
    }
  }

  /** Those who joined a namespace keep it, but not the places of the one who made it. */
  private void leaveToOthers(@Nullable Places mine) throws IOException {
    if (mine != null) {
      synchronized (mine) {
        for (NetworkAttachment place : mine.all()) {
          links.delete(mine.pin(), place, List.of());
        }
      }
    }
  }

  @Override
  public void reconcile(Map<String, Running> running) throws IOException {
    recovery.resume(running);
    for (String holder : holders.names()) {
      if (!running.containsKey(holder)) {
        release(holder);
      }
    }
    recovery.deleteOrphans();
    for (String id : running.keySet()) {
      try {
        wire(id);
      } catch (IOException e) {
        LOG.errorf(e, "a network of container %s cannot be had", id);
      }
    }
    bridge().refill();
  }

  /** Deletes what is ready but not leased; leases stay. */
  @Override
  public synchronized void close() {
    segments.close();
    blank.close();
    if (bridge != null) {
      bridge.close();
      bridge = null;
    }
  }
}
