package dev.varve.container.application;

import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Outside;
import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Subnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A {@link ContainerNetwork} whose containers find each other by name: what is connected is told to
 * the {@link NameServer} before a program can run, and taken back before its end is on record.
 */
public final class NamedNetwork implements ContainerNetwork {
  private final ContainerNetwork network;
  private final NameServer names;
  private final Map<String, Network> networks = new TreeMap<>();
  private final Map<String, Member> members = new TreeMap<>();

  /** What a container is on and how it is called there. */
  private record Member(List<NetworkAttachment> places, Names names) {}

  public NamedNetwork(ContainerNetwork network, NameServer names) {
    this.network = network;
    this.names = names;
  }

  @Override
  public void restore(Collection<Network> all) throws IOException {
    network.restore(all);
    synchronized (this) {
      networks.clear();
      all.forEach(it -> networks.put(it.id(), it));
    }
  }

  @Override
  public void add(Network added) throws IOException {
    network.add(added);
    synchronized (this) {
      networks.put(added.id(), added);
    }
  }

  @Override
  public boolean retire(String networkId) {
    return network.retire(networkId);
  }

  @Override
  public void reopen(String networkId) {
    network.reopen(networkId);
  }

  @Override
  public void remove(Network removed) throws IOException {
    synchronized (this) {
      networks.remove(removed.id());
    }
    network.remove(removed);
  }

  @Override
  public List<Subnet> inUse() throws IOException {
    return network.inUse();
  }

  @Override
  public Lease lease(String containerId, List<EndpointRequest> requests) throws IOException {
    Lease lease = network.lease(containerId, requests);
    synchronized (this) {
      members.put(containerId, new Member(lease.attachments(), requests.getFirst().names()));
    }
    return lease;
  }

  @Override
  public void wire(String containerId) throws IOException {
    publish(containerId);
    network.wire(containerId);
  }

  @Override
  public NetworkAttachment claim(String containerId, EndpointRequest request) throws IOException {
    NetworkAttachment claimed = network.claim(containerId, request);
    synchronized (this) {
      Member before = members.get(containerId);
      List<NetworkAttachment> places = new ArrayList<>(before == null ? List.of() : before.places);
      places.add(claimed);
      members.put(containerId, new Member(places, request.names()));
    }
    return claimed;
  }

  @Override
  public void disconnect(String containerId, String networkId) throws IOException {
    synchronized (this) {
      Member before = members.get(containerId);
      if (before != null) {
        List<NetworkAttachment> places = new ArrayList<>(before.places);
        places.removeIf(it -> it.networkId().equals(networkId));
        members.put(containerId, new Member(places, before.names));
        publish(networksOf(before));
      }
    }
    network.disconnect(containerId, networkId);
  }

  @Override
  public Path isolated(String containerId) throws IOException {
    return network.isolated(containerId);
  }

  @Override
  public Path joined(String containerId, String otherId) throws IOException {
    return network.joined(containerId, otherId);
  }

  @Override
  public synchronized void renamed(String containerId, String oldName, String newName)
      throws IOException {
    Member before = members.get(containerId);
    if (before != null) {
      List<String> own =
          before.names.own().stream().map(it -> it.equals(oldName) ? newName : it).toList();
      members.put(containerId, new Member(before.places, new Names(own, before.names.servers())));
      publish(networksOf(before));
    }
  }

  @Override
  public void release(String containerId) throws IOException {
    synchronized (this) {
      Member gone = members.remove(containerId);
      if (gone != null) {
        publish(networksOf(gone));
      }
    }
    network.release(containerId);
  }

  @Override
  public void reconcile(Map<String, Running> running) throws IOException {
    network.reconcile(running);
    synchronized (this) {
      members.clear();
      running.forEach((id, it) -> members.put(id, new Member(it.attachments(), it.names())));
      names.restore(networks.keySet().stream().flatMap(id -> zone(id).stream()).toList());
    }
  }

  private synchronized void publish(String containerId) throws IOException {
    Member member = members.get(containerId);
    if (member != null) {
      publish(networksOf(member));
    }
  }

  private static Set<String> networksOf(Member member) {
    Set<String> ids = new LinkedHashSet<>();
    member.places.forEach(it -> ids.add(it.networkId()));
    return ids;
  }

  private void publish(Set<String> networkIds) throws IOException {
    List<Zone> zones = networkIds.stream().flatMap(id -> zone(id).stream()).toList();
    if (!zones.isEmpty()) {
      names.publish(zones);
    }
  }

  /** None for a network on which names are not resolved. */
  private List<Zone> zone(String networkId) {
    Network it = networks.get(networkId);
    if (it == null || !it.isOwnBridge()) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    members.forEach((id, member) -> entries.addAll(entries(networkId, id, member)));
    // Who asks over IPv6 has too many addresses to choose from to be known by his.
    List<AddressPool> pools =
        it.spec().pools().stream()
            .filter(pool -> !pool.v6() || it.spec().ipv6() && !it.internal())
            .toList();
    return List.of(
        new Zone(
            networkId,
            pools.stream().map(AddressPool::gateway).filter(gateway -> !gateway.isEmpty()).toList(),
            pools.stream().map(AddressPool::block).toList(),
            it.internal(),
            entries));
  }

  /** Its own, and nameless ones for its addresses on other networks, from which it may ask. */
  private List<Entry> entries(String networkId, String id, Member member) {
    List<Entry> entries = new ArrayList<>();
    boolean here = member.places.stream().anyMatch(it -> it.networkId().equals(networkId));
    if (!here) {
      return entries;
    }
    boolean mixed = member.places.stream().anyMatch(it -> isInternal(it.networkId()));
    for (NetworkAttachment place : member.places) {
      Network of = networks.get(place.networkId());
      if (of == null || !of.isOwnBridge()) {
        continue;
      }
      Set<String> called = new LinkedHashSet<>();
      if (place.networkId().equals(networkId)) {
        called.addAll(member.names.own());
        called.addAll(place.wanted().aliases());
      }
      entries.add(
          new Entry(
              id,
              place.address(),
              place.ipv6().map(NetworkAttachment.Ipv6::address).orElse(""),
              List.copyOf(called),
              mixed && !of.internal() ? Outside.YES : Outside.AS_NETWORK,
              of.internal() ? List.of() : member.names.servers()));
    }
    return entries;
  }

  private boolean isInternal(String networkId) {
    Network it = networks.get(networkId);
    return it != null && it.internal();
  }
}
