package dev.varve.container.adapter.network;

import dev.varve.container.application.ContainerNetwork.EndpointRequest;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.AddressSpace;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.IpAddress;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network as this kernel has it: the link that its containers' links are on, and who has which
 * address. Thread-safe.
 */
final class Segment {
  private static final int NAMED = 5;

  private final Network network;
  private volatile int index;
  private final int mtu;
  private final AddressSpace v4;
  private final AddressSpace v6;
  private final Map<String, NetworkAttachment> places = new TreeMap<>();
  private final SecureRandom random = new SecureRandom();
  private boolean retired;

  /**
   * @param link the bridge, or the parent link
   */
  Segment(Network network, SegmentLinks.Made link) {
    this.network = network;
    this.index = link.index();
    this.mtu = link.mtu();
    this.v4 = new AddressSpace(network.pools(false));
    this.v6 = new AddressSpace(network.spec().ipv6() ? network.pools(true) : List.of());
  }

  Network network() {
    return network;
  }

  int index() {
    return index;
  }

  /** Somebody deleted the link, and it was made again. */
  void movedTo(int newIndex) {
    index = newIndex;
  }

  int mtu() {
    return mtu;
  }

  AddressSpace addresses() {
    return v4;
  }

  /** Takes addresses for a container that has none here yet. */
  synchronized NetworkAttachment claim(String containerId, EndpointRequest request, String link) {
    if (retired) {
      throw Refusals.noSuchNetwork(network.name()).asException();
    }
    EndpointSpec spec = request.spec();
    Optional<AddressSpace.Place> four = place(v4, false, spec.ipv4(), request);
    Optional<AddressSpace.Place> six;
    try {
      six = place(v6, true, spec.ipv6(), request);
    } catch (RuntimeException e) {
      four.ifPresent(it -> v4.free(it.address()));
      throw e;
    }
    NetworkAttachment attachment =
        new NetworkAttachment(
            network.name(),
            network.id(),
            newEndpointId(),
            four.map(it -> it.address().toString()).orElse(""),
            four.map(it -> it.pool().block().prefixLength()).orElse(0),
            four.map(it -> gateway(it.pool())).orElse(""),
            network.driver().equals(Network.IPVLAN) ? "" : mac(spec, four),
            six.map(it ->
                new NetworkAttachment.Ipv6(
                    it.address().toString(), it.pool().block().prefixLength(), gateway(it.pool()))),
            link,
            spec,
            List.of());
    places.put(containerId, attachment);
    return attachment;
  }

  private Optional<AddressSpace.Place> place(
      AddressSpace space, boolean ipv6, String wanted, EndpointRequest request) {
    if (space.isEmpty()) {
      return Optional.empty();
    }
    if (!wanted.isEmpty()) {
      return Optional.of(
          space
              .claim(IpAddress.parse(wanted))
              .orElseThrow(() -> Refusals.addressTaken(wanted, network.name()).asException()));
    }
    return Optional.of(
        space
            .take(it -> !request.spared().isEmpty() && request.spared().contains(it.toString()))
            .orElseThrow(
                () -> Refusals.addressesExhausted(network, ipv6, holders()).asException()));
  }

  /** Nothing leads out of an internal network; a link at layer 3 leads out by itself. */
  private String gateway(AddressPool pool) {
    return network.internal() || network.isRouted() ? "" : pool.gateway();
  }

  private String mac(EndpointSpec spec, Optional<AddressSpace.Place> four) {
    if (!spec.macAddress().isEmpty()) {
      return spec.macAddress().replace('-', ':').toLowerCase(Locale.ROOT);
    }
    String tail =
        four.map(it -> HexFormat.of().formatHex(it.address().bytes())).orElseGet(() -> hex(4));
    return "02:42:" + HexFormat.ofDelimiter(":").formatHex(HexFormat.of().parseHex(tail));
  }

  String newEndpointId() {
    return hex(32);
  }

  private String hex(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return HexFormat.of().formatHex(made);
  }

  private String holders() {
    String named =
        places.keySet().stream()
            .limit(NAMED)
            .map(id -> id.substring(0, Math.min(12, id.length())))
            .collect(Collectors.joining(", "));
    int more = places.size() - NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  /** Of a namespace of the pool that an earlier engine gave to a container. */
  void claimAddressOf(Path pin) {
    IpAddress.read(NamespaceHolders.name(pin)).ifPresent(v4::claim);
  }

  /** Records an address that a container of an earlier engine, or of the pool, has. */
  synchronized void hold(String containerId, NetworkAttachment attachment) {
    places.put(containerId, attachment);
    IpAddress.read(attachment.address()).ifPresent(v4::claim);
    attachment.ipv6().flatMap(it -> IpAddress.read(it.address())).ifPresent(v6::claim);
  }

  /**
   * Gives the container's addresses back.
   *
   * @param rests the IPv4 address is not to be given to anybody yet
   */
  synchronized void free(String containerId, boolean rests) {
    NetworkAttachment gone = places.remove(containerId);
    if (gone == null) {
      return;
    }
    if (!rests) {
      IpAddress.read(gone.address()).ifPresent(v4::free);
    }
    gone.ipv6().flatMap(it -> IpAddress.read(it.address())).ifPresent(v6::free);
  }

  synchronized boolean retire() {
    retired = places.isEmpty();
    return retired;
  }

  synchronized void reopen() {
    retired = false;
  }
}
