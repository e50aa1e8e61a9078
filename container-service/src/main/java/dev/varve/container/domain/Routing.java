package dev.varve.container.domain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What follows for a container from all the networks it is on: which of them has the way out, and
 * whom it asks for names.
 *
 * @param way the attachment with the default route for IPv4
 * @param wayV6 the same for IPv6
 * @param published the attachment to which ports of the node lead: that from which answers go out
 * @param resolver address of the name server's bridge, of IPv6 only where there is nothing else;
 *     empty where only the host's servers are asked
 */
public record Routing(
    Optional<NetworkAttachment> way,
    Optional<NetworkAttachment> wayV6,
    Optional<String> resolver,
    Optional<NetworkAttachment> published) {
  /** Where Docker's clients ask for names. */
  public static final String NAME_SERVER = "127.0.0.11";

  private static final Comparator<NetworkAttachment> ORDER =
      Comparator.<NetworkAttachment>comparingInt(it -> -it.wanted().gatewayPriority())
          .thenComparing(NetworkAttachment::network);

  /**
   * @param networks by id
   */
  public static Routing of(
      List<NetworkAttachment> attachments, Function<String, Optional<Network>> networks) {
    Predicate<NetworkAttachment> leadsOut =
        it -> networks.apply(it.networkId()).filter(network -> !network.internal()).isPresent();
    Predicate<NetworkAttachment> routed =
        it -> networks.apply(it.networkId()).filter(Network::isRouted).isPresent();
    Optional<NetworkAttachment> way =
        attachments.stream()
            .filter(leadsOut)
            .filter(it -> !it.gateway().isEmpty() || routed.test(it) && !it.address().isEmpty())
            .min(ORDER);
    Optional<NetworkAttachment> wayV6 =
        attachments.stream()
            .filter(leadsOut)
            .filter(it ->
                it.ipv6().filter(v6 -> !v6.gateway().isEmpty() || routed.test(it)).isPresent())
            .min(ORDER);
    return new Routing(
        way,
        wayV6,
        resolver(attachments, networks, way, leadsOut),
        way.or(() -> wayV6)
            .filter(it -> networks.apply(it.networkId()).filter(Network::isOnBridge).isPresent()));
  }

  /** At the bridge by which the container is led out, if it is one on which names are resolved. */
  private static Optional<String> resolver(
      List<NetworkAttachment> attachments,
      Function<String, Optional<Network>> networks,
      Optional<NetworkAttachment> way,
      Predicate<NetworkAttachment> leadsOut) {
    Comparator<NetworkAttachment> nearest =
        Comparator.<NetworkAttachment>comparingInt(it -> way.filter(it::equals).isPresent() ? 0 : 1)
            .thenComparingInt(it -> leadsOut.test(it) ? 0 : 1)
            .thenComparing(ORDER);
    List<Network> bridges =
        attachments.stream()
            .sorted(nearest)
            .flatMap(it -> networks.apply(it.networkId()).stream())
            .filter(Network::isOwnBridge)
            .toList();
    return bridges.stream()
        .map(Network::gateway)
        .filter(gateway -> !gateway.isEmpty())
        .findFirst()
        .or(() ->
            bridges.stream()
                .flatMap(it -> it.pools(true).stream())
                .map(AddressPool::gateway)
                .filter(gateway -> !gateway.isEmpty())
                .findFirst());
  }

  /** The server that the container's programs are told; empty for the host's. */
  public Optional<String> nameServer() {
    return resolver.map(it -> it.indexOf(':') < 0 ? NAME_SERVER : it);
  }
}
