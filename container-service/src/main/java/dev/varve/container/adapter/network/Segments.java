package dev.varve.container.adapter.network;

import dev.varve.container.domain.Network;
import dev.varve.container.domain.Refusals;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.PacketTables;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * All networks of this engine as the kernel has them: links with their addresses, and the packet
 * rules. What another program takes away of them is noticed and made again. Changes one at a time;
 * lookups from any thread.
 */
final class Segments implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Segments.class);

  private final NetworkKernel kernel;
  private final PacketTables tables;
  private final SegmentRules rules;
  private final SegmentLinks links;
  private final Map<String, Segment> byId = new ConcurrentHashMap<>();
  private final Set<Integer> disturbed = new HashSet<>();
  private Consumer<Segment> made = _ -> {};
  private boolean mending;
  private boolean watching;
  private volatile boolean closed;

  Segments(NetworkKernel kernel, PacketTables tables, SegmentRules rules, String prefix) {
    this.kernel = kernel;
    this.tables = tables;
    this.rules = rules;
    this.links = new SegmentLinks(kernel, prefix);
  }

  Optional<Segment> find(String networkId) {
    return Optional.ofNullable(byId.get(networkId));
  }

  Segment get(Network network) {
    return find(network.id())
        .orElseThrow(() -> Refusals.noSuchNetwork(network.name()).asException());
  }

  /**
   * @param remade is told of each segment whose link somebody deleted, when it is there again
   */
  synchronized void restore(Collection<Network> networks, Consumer<Segment> remade)
      throws IOException {
    made = remade;
    Set<String> kept = new HashSet<>();
    for (Network network : networks) {
      if (network.hasEndpoints()) {
        kept.add(network.bridge());
        try {
          byId.put(network.id(), new Segment(network, links.make(network)));
        } catch (IOException e) {
          // One network that cannot be had must not keep the engine from its other containers.
          LOG.errorf(e, "network %s (%s) cannot be made", network.name(), network.bridge());
        }
      }
    }
    links.deleteOthers(kept);
    if (!watching) {
      watching = true;
      kernel.watchLinks(this::disturbed);
      tables.watch(rules.table(), this::mendRules);
    }
    applyAll();
  }

  synchronized void add(Network network) throws IOException {
    if (!network.hasEndpoints() || byId.containsKey(network.id())) {
      return;
    }
    byId.put(network.id(), new Segment(network, links.make(network)));
    if (network.isOnBridge()) {
      apply(rules.adding(network));
    }
  }

  synchronized void remove(Network network) throws IOException {
    byId.remove(network.id());
    if (network.isOnBridge()) {
      apply(rules.removing(network));
    }
    links.delete(network);
  }

  /** Somebody may have removed our table: then all of it is made again. */
  private void apply(String change) throws IOException {
    try {
      tables.apply(change);
    } catch (IOException e) {
      LOG.debugf(e, "the packet rules are made anew");
      applyAll();
    }
  }

  private void applyAll() throws IOException {
    List<Network> onBridges =
        byId.values().stream().map(Segment::network).filter(Network::isOnBridge).toList();
    tables.apply(rules.script(onBridges));
  }

  private synchronized void mendRules() {
    if (closed) {
      return;
    }
    LOG.warnf("Another program changed the packet rules of networks; made again");
    try {
      applyAll();
    } catch (IOException e) {
      LOG.error("The packet rules of networks could not be made again", e);
    }
  }

  /** Many links come and go with containers; only those of networks are of interest. */
  private void disturbed(int index) {
    if (closed || index != 0 && byId.values().stream().noneMatch(it -> it.index() == index)) {
      return;
    }
    synchronized (disturbed) {
      disturbed.add(index);
      if (!mending) {
        mending = true;
        // Started from the kernel's namespace that the news is of, it is in it as well.
        Thread.ofPlatform().name("links-mended").daemon().start(this::mendLinks);
      }
    }
  }

  private void mendLinks() {
    while (true) {
      Set<Integer> indexes;
      synchronized (disturbed) {
        if (disturbed.isEmpty()) {
          mending = false;
          return;
        }
        indexes = new HashSet<>(disturbed);
        disturbed.clear();
      }
      for (Segment segment : List.copyOf(byId.values())) {
        if (indexes.contains(0) || indexes.contains(segment.index())) {
          mend(segment);
        }
      }
    }
  }

  private void mend(Segment segment) {
    Network network = segment.network();
    int before = segment.index();
    try {
      synchronized (this) {
        if (closed || byId.get(network.id()) != segment || links.isWhole(segment)) {
          return;
        }
        LOG.warnf(
            "Another program changed link %s of network %s; made again",
            network.bridge(), network.name());
        segment.movedTo(links.make(network).index());
      }
      if (segment.index() != before) {
        made.accept(segment);
      }
    } catch (IOException e) {
      LOG.errorf(e, "network %s (%s) cannot be made again", network.name(), network.bridge());
    }
  }

  /** What there is goes on. */
  @Override
  public void close() {
    closed = true;
  }
}
