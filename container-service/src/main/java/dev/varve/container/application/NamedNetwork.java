package dev.varve.container.application;

import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.application.NameZones.Member;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Subnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
  private final NameZones zones = new NameZones(networks, members);

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
      List<NetworkAttachment> places =
          new ArrayList<>(before == null ? List.of() : before.places());
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
        List<NetworkAttachment> places = new ArrayList<>(before.places());
        places.removeIf(it -> it.networkId().equals(networkId));
        members.put(containerId, new Member(places, before.names()));
        publish(containerId, before);
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
          before.names().own().stream().map(it -> it.equals(oldName) ? newName : it).toList();
      members.put(
          containerId, new Member(before.places(), new Names(own, before.names().servers())));
      publish(containerId, before);
    }
  }

  @Override
  public void release(String containerId) throws IOException {
    synchronized (this) {
      Member gone = members.remove(containerId);
      if (gone != null) {
        publish(containerId, gone);
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
      names.restore(zones.all());
    }
  }

  private synchronized void publish(String containerId) throws IOException {
    Member member = members.get(containerId);
    if (member != null) {
      publish(containerId, member);
    }
  }

  /**
   * @param member what it is, or was when it was on the most networks
   */
  private void publish(String containerId, Member member) throws IOException {
    List<Zone> changed = zones.touchedBy(containerId, member);
    if (!changed.isEmpty()) {
      names.publish(changed);
    }
  }
}
