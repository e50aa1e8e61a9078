package dev.varve.container.application;

import dev.varve.container.application.ContainerNetwork.Names;
import dev.varve.container.application.NameServer.Entry;
import dev.varve.container.application.NameServer.Zone;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names can be asked for by whom: a zone for each network on which names are resolved, and
 * one for each container that calls others by names of its own (links). Not thread-safe.
 */
final class NameZones {
  private static final String LINKS = "-links";

  private final Map<String, Network> networks;
  private final Map<String, Member> members;

  /** What a container is on and how it is called there. */
  record Member(List<NetworkAttachment> places, Names names) {}

  /**
   * @param networks by id, as they are at each time
   * @param members by the container's id, as they are at each time
   */
  NameZones(Map<String, Network> networks, Map<String, Member> members) {
    this.networks = networks;
    this.members = members;
  }

  List<Zone> all() {
    List<Zone> zones = new ArrayList<>();
    networks.keySet().forEach(id -> zones.addAll(ofNetwork(id)));
    members.forEach((id, member) -> {
      if (hasLinks(member)) {
        zones.add(ofLinks(id));
      }
    });
    return zones;
  }

  /**
   * Those in which the container is, or was, and those of whoever links to it.
   *
   * @param member what it is, or was when it was on the most networks
   */
  List<Zone> touchedBy(String containerId, Member member) {
    List<Zone> zones = new ArrayList<>();
    Set<String> on = new LinkedHashSet<>();
    member.places().forEach(place -> on.add(place.networkId()));
    on.forEach(id -> zones.addAll(ofNetwork(id)));
    if (hasLinks(member)) {
      zones.add(ofLinks(containerId));
    }
    members.forEach((id, other) -> {
      boolean met = other.places().stream().anyMatch(place -> on.contains(place.networkId()));
      if (!id.equals(containerId) && met && hasLinks(other)) {
        zones.add(ofLinks(id));
      }
    });
    return zones;
  }

  private static boolean hasLinks(Member member) {
    return member.places().stream().anyMatch(place -> !place.wanted().links().isEmpty());
  }

  /** None for a network on which names are not resolved. */
  private List<Zone> ofNetwork(String networkId) {
    Network it = networks.get(networkId);
    if (it == null || !it.isOwnBridge()) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    members.forEach((id, member) ->
        member.places().stream()
            .filter(place -> place.networkId().equals(networkId))
            .forEach(place ->
                entries.add(entry(id, place, called(member, place), member.names().servers()))));
    List<String> listen =
        it.spec().pools().stream()
            .filter(pool -> !pool.v6() || it.spec().ipv6())
            .map(AddressPool::gateway)
            .filter(gateway -> !gateway.isEmpty())
            .toList();
    return List.of(new Zone(networkId, listen, it.internal(), entries));
  }

  private static List<String> called(Member member, NetworkAttachment place) {
    Set<String> called = new LinkedHashSet<>(member.names().own());
    called.addAll(place.wanted().aliases());
    return List.copyOf(called);
  }

  private static Entry entry(
      String id, NetworkAttachment place, List<String> names, List<String> servers) {
    return new Entry(
        id,
        place.address(),
        place.ipv6().map(NetworkAttachment.Ipv6::address).orElse(""),
        names,
        servers);
  }

  /** What this container alone calls others: asked for by it, answered with their addresses. */
  private Zone ofLinks(String containerId) {
    List<Entry> entries = new ArrayList<>();
    boolean internal = false;
    Member own = members.get(containerId);
    if (own != null) {
      for (NetworkAttachment place : own.places()) {
        Network on = networks.get(place.networkId());
        if (on != null && on.isOwnBridge()) {
          internal |= on.internal();
          place.wanted().links().stream()
              .map(Link::parse)
              .forEach(link -> entries.addAll(linked(containerId, place.networkId(), link)));
        }
      }
      if (!entries.isEmpty()) {
        entries.add(new Entry(containerId, "", "", List.of(), own.names().servers()));
      }
    }
    return new Zone(containerId + LINKS, List.of(), internal, entries);
  }

  private List<Entry> linked(String containerId, String networkId, Link link) {
    List<Entry> entries = new ArrayList<>();
    members.forEach((id, member) ->
        member.places().stream()
            .filter(place -> place.networkId().equals(networkId))
            .filter(place ->
                called(member, place).stream().anyMatch(link.container()::equalsIgnoreCase))
            .forEach(place ->
                entries.add(
                    entry(
                        id + "-of-" + containerId,
                        place,
                        List.of(link.alias()),
                        member.names().servers()))));
    return entries;
  }
}
