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
 * @param resolver address of the name server; empty where only the host's are asked
 */
public record Routing(
    Optional<NetworkAttachment> way, Optional<NetworkAttachment> wayV6, Optional<String> resolver) {
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
    Optional<NetworkAttachment> way =
        attachments.stream().filter(leadsOut).filter(it -> !it.gateway().isEmpty()).min(ORDER);
    Optional<NetworkAttachment> wayV6 =
        attachments.stream()
            .filter(leadsOut)
            .filter(it -> it.ipv6().filter(v6 -> !v6.gateway().isEmpty()).isPresent())
            .min(ORDER);
    Comparator<NetworkAttachment> nearest =
        Comparator.<NetworkAttachment>comparingInt(it -> way.filter(it::equals).isPresent() ? 0 : 1)
            .thenComparingInt(it -> leadsOut.test(it) ? 0 : 1)
            .thenComparing(ORDER);
    Optional<String> resolver =
        attachments.stream()
            .sorted(nearest)
            .flatMap(it -> networks.apply(it.networkId()).stream())
            .filter(Network::isOwnBridge)
            .map(Network::gateway)
            .filter(gateway -> !gateway.isEmpty())
            .findFirst();
    return new Routing(way, wayV6, resolver);
  }
}
