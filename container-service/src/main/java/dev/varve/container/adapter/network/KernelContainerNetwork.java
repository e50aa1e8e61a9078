package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork;
import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subnet;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContainerNetwork} on the kernel's own means.
 *
 * <p>Under the run directory: {@code netns/<address>} pins a namespace of the default bridge's
 * pool, {@code netns/blank-<number>} any other; {@code netns/of/<container>} is a link to it and
 * says who holds it. Both survive the engine; what else a running container has is in the log.
 */
public final class KernelContainerNetwork implements ContainerNetwork, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KernelContainerNetwork.class);
  private static final int READY = 4;
  private static final int READY_BLANK = 2;

  private final NetworkKernel kernel;
  private final String prefix;
  private final Path directory;
  private final Path holders;
  private final Segments segments;
  private final EndpointLinks links;
  private final NamespacePool<Path> blank;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  /** Namespaces that somebody joined; all others have one holder. */
  private final Set<Path> shared = ConcurrentHashMap.newKeySet();

  private @Nullable DefaultBridge bridge;

  /** The default bridge and its pool. */
  private record DefaultBridge(Segment segment, NamespacePool<BridgedNamespace> pool) {
    Network network() {
      return segment.network();
    }
  }

  /** A container's places; those in {@code wired} have their link. Guarded by itself. */
  private static final class Held {
    final Path pin;
    final List<NetworkAttachment> places = new ArrayList<>();
    final Set<String> wired = new HashSet<>();

    Held(Path pin) {
      this.pin = pin;
    }
  }

  /**
   * @param prefix of every name the engine gives
   * @param run the run directory
   */
  public KernelContainerNetwork(NetworkKernel kernel, String prefix, Path run) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.directory = run.resolve("netns");
    this.holders = directory.resolve("of");
    this.segments = new Segments(kernel, prefix);
    this.links = new EndpointLinks(kernel, prefix, segments);
    this.blank = new NamespacePool<>(new BlankNamespaces(kernel, directory), READY_BLANK);
  }

  @Override
  public synchronized void restore(Collection<Network> networks) throws IOException {
    Files.createDirectories(holders);
    segments.restore(networks);
    for (Network network : networks) {
      if (network.name().equals(Network.BRIDGE)) {
        open(network);
      }
    }
  }

  private void open(Network network) throws IOException {
    Segment segment = segments.get(network);
    Subnet subnet = Subnet.parse(network.subnet());
    kernel.firewall(
        new BridgeRules(prefix, network.bridge(), Ipv4.parse(network.subnet())).script());
    for (String holder : names(holders)) {
      pinOf(holder).flatMap(pin -> IpAddress.read(name(pin))).ifPresent(segment.addresses()::claim);
    }
    var shared =
        new BridgedNamespace.Bridge(
            prefix,
            segment.index(),
            segment.mtu(),
            network.gateway(),
            subnet.prefixLength(),
            directory);
    if (bridge != null) {
      bridge.pool().close();
    }
    bridge =
        new DefaultBridge(
            segment,
            new NamespacePool<>(new BridgedNamespaces(kernel, shared, segment.addresses()), READY));
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
    Held mine = hold(containerId, blank.take());
    try {
      for (EndpointRequest request : requests) {
        place(containerId, mine, request);
      }
    } catch (RuntimeException e) {
      release(containerId);
      throw e;
    }
    return new Lease(List.copyOf(mine.places), mine.pin);
  }

  private Held hold(String containerId, Path pin) throws IOException {
    Files.createSymbolicLink(holders.resolve(containerId), pin);
    Held mine = new Held(pin);
    held.put(containerId, mine);
    return mine;
  }

  private Lease leaseOfPool(String containerId) throws IOException {
    DefaultBridge from = bridge();
    BridgedNamespace namespace = from.pool().take();
    Held mine = hold(containerId, namespace.pin());
    Network network = from.network();
    NetworkAttachment attachment =
        new NetworkAttachment(
            network.name(),
            network.id(),
            newEndpointId(),
            namespace.address().address(),
            namespace.address().prefixLength(),
            network.gateway(),
            namespace.address().mac());
    from.segment().hold(containerId, attachment);
    mine.places.add(attachment);
    mine.wired.add(attachment.endpointId());
    return new Lease(List.of(attachment), namespace.pin());
  }

  private String newEndpointId() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private NetworkAttachment place(String containerId, Held mine, EndpointRequest request) {
    synchronized (mine) {
      Set<String> taken = new HashSet<>();
      mine.places.forEach(it -> taken.add(it.link()));
      int number = 0;
      while (taken.contains("eth" + number)) {
        number++;
      }
      NetworkAttachment attachment =
          segments.get(request.network()).claim(containerId, request, "eth" + number);
      mine.places.add(attachment);
      return attachment;
    }
  }

  @Override
  public NetworkAttachment claim(String containerId, EndpointRequest request) {
    Held mine = held.get(containerId);
    if (mine == null) {
      throw Refusals.sharedNetworkStays().asException();
    }
    return place(containerId, mine, request);
  }

  @Override
  public void wire(String containerId) throws IOException {
    Held mine = held.get(containerId);
    if (mine == null) {
      return;
    }
    synchronized (mine) {
      List<NetworkAttachment> missing =
          mine.places.stream().filter(it -> !mine.wired.contains(it.endpointId())).toList();
      if (!missing.isEmpty()) {
        links.make(mine.pin, missing, List.copyOf(mine.places));
        missing.forEach(it -> mine.wired.add(it.endpointId()));
      }
    }
  }

  @Override
  public void disconnect(String containerId, String networkId) throws IOException {
    Held mine = held.get(containerId);
    if (mine == null) {
      return;
    }
    synchronized (mine) {
      Optional<NetworkAttachment> found =
          mine.places.stream().filter(it -> it.networkId().equals(networkId)).findFirst();
      if (found.isEmpty()) {
        return;
      }
      NetworkAttachment gone = found.get();
      mine.places.remove(gone);
      if (mine.wired.remove(gone.endpointId())) {
        links.delete(mine.pin, gone, List.copyOf(mine.places));
      }
      // The namespace's file keeps the name of the pool's address as long as it is there.
      boolean rests = name(mine.pin).equals(gone.address());
      segments.find(networkId).ifPresent(it -> it.free(containerId, rests));
    }
  }

  @Override
  public Path isolated(String containerId) throws IOException {
    release(containerId);
    Path pin = blank.take();
    Files.createSymbolicLink(holders.resolve(containerId), pin);
    return pin;
  }

  @Override
  public Path joined(String containerId, String otherId) throws IOException {
    release(containerId);
    Path pin = pinOf(otherId).orElseThrow(() -> Refusals.joinOfStopped(otherId).asException());
    shared.add(pin);
    Files.createSymbolicLink(holders.resolve(containerId), pin);
    return pin;
  }

  @Override
  public void release(String containerId) throws IOException {
    Optional<Path> pin = pinOf(containerId);
    if (pin.isEmpty()) {
      return;
    }
    Files.deleteIfExists(holders.resolve(containerId));
    Held mine = held.remove(containerId);
    if (isShared(pin.get())) {
      leaveToOthers(mine);
    } else {
      kernel.deleteNamespace(pin.get());
    }
    free(containerId, mine, name(pin.get()));
  }

  /**
   * The kernel drops the links a little later; until then it refuses a new one for an address of
   * the pool.
   *
   * @param pinned the address that the namespace is named by, if it came out of the pool
   */
  private void free(String containerId, @Nullable Held mine, String pinned) {
    boolean once = false;
    if (mine != null) {
      for (NetworkAttachment place : mine.places) {
        segments.find(place.networkId()).ifPresent(it -> it.free(containerId, false));
        once |= place.address().equals(pinned);
      }
    }
    DefaultBridge from;
    synchronized (this) {
      from = bridge;
    }
    if (from != null && !once) {
      IpAddress.read(pinned).ifPresent(from.segment().addresses()::free);
    }
  }

  /** Those who joined a namespace keep it, but not the places of the one who made it. */
  private void leaveToOthers(@Nullable Held mine) throws IOException {
    if (mine != null) {
      synchronized (mine) {
        for (NetworkAttachment place : mine.places) {
          links.delete(mine.pin, place, List.of());
        }
      }
    }
  }

  private boolean isShared(Path pin) throws IOException {
    if (!shared.contains(pin)) {
      return false;
    }
    for (String holder : names(holders)) {
      if (pinOf(holder).filter(pin::equals).isPresent()) {
        return true;
      }
    }
    shared.remove(pin);
    return false;
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

  private static List<String> names(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(KernelContainerNetwork::name).toList();
    }
  }

  @Override
  public void reconcile(Map<String, Running> running) throws IOException {
    Set<String> hostLinks = new HashSet<>();
    for (NetworkCalls.Link link : kernel.host().links()) {
      hostLinks.add(link.name());
    }
    running.forEach((id, it) -> resume(id, it.attachments(), hostLinks));
    Set<Path> seen = new HashSet<>();
    for (String holder : names(holders)) {
      pinOf(holder).filter(pin -> !seen.add(pin)).ifPresent(shared::add);
    }
    for (String holder : names(holders)) {
      if (!running.containsKey(holder)) {
        release(holder);
      }
    }
    Set<String> kept = new HashSet<>();
    for (String holder : names(holders)) {
      pinOf(holder).map(KernelContainerNetwork::name).ifPresent(kept::add);
    }
    for (String pin : names(directory)) {
      if (!pin.equals(name(holders)) && !kept.contains(pin)) {
        kernel.deleteNamespace(directory.resolve(pin));
      }
    }
    deleteOrphanLinks(kept);
    for (String id : running.keySet()) {
      try {
        wire(id);
      } catch (IOException e) {
        LOG.errorf(e, "a network of container %s cannot be had", id);
      }
    }
    bridge().pool().refill();
  }

  /** What the log says a running container has, and whether the kernel has it as well. */
  private void resume(String id, List<NetworkAttachment> attachments, Set<String> hostLinks) {
    Optional<Path> pin;
    try {
      pin = pinOf(id);
    } catch (IOException e) {
      LOG.warnf(e, "the namespace of container %s is not known", id);
      return;
    }
    for (NetworkAttachment attachment : attachments) {
      segments.find(attachment.networkId()).ifPresent(it -> it.hold(id, attachment));
    }
    if (pin.isEmpty() || attachments.isEmpty()) {
      return;
    }
    Held mine = new Held(pin.get());
    mine.places.addAll(attachments);
    for (NetworkAttachment attachment : attachments) {
      boolean pooled = name(pin.get()).equals(attachment.address());
      boolean macvlan =
          segments
              .find(attachment.networkId())
              .filter(it -> it.network().driver().equals(Network.MACVLAN))
              .isPresent();
      if (pooled || macvlan || hostLinks.contains(links.hostLink(attachment))) {
        mine.wired.add(attachment.endpointId());
      }
    }
    held.put(id, mine);
  }

  /** Links whose namespace is neither pinned here nor about to vanish by itself. */
  private void deleteOrphanLinks(Set<String> kept) throws IOException {
    Set<String> keptLinks = new HashSet<>();
    for (String name : kept) {
      if (IpAddress.read(name).isPresent()) {
        keptLinks.add(links.pooledLink(name));
      }
    }
    for (Held it : held.values()) {
      it.places.forEach(place -> keptLinks.add(links.hostLink(place)));
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
    blank.close();
    if (bridge != null) {
      bridge.pool().close();
      bridge = null;
    }
  }
}
