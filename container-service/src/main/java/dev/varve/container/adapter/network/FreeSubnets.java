package dev.varve.container.adapter.network;

import dev.varve.linux.net.Ipv4;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which subnet a new bridge takes: Docker's own first choices, then ever more private ones. */
final class FreeSubnets {
  private FreeSubnets() {}

  /**
   * @param inUse networks of every route and address of the host
   */
  static Optional<Ipv4> first(List<Ipv4> inUse) {
    return candidates()
        .filter(candidate -> inUse.stream().noneMatch(candidate::overlaps))
        .findFirst();
  }

  private static Stream<Ipv4> candidates() {
    Stream<String> wide = IntStream.rangeClosed(17, 31).mapToObj(n -> "172." + n + ".0.0/16");
    Stream<String> narrow = IntStream.range(0, 16).mapToObj(n -> "192.168." + n * 16 + ".0/20");
    Stream<String> ten = IntStream.rangeClosed(0, 255).mapToObj(n -> "10." + n + ".0.0/16");
    return Stream.of(wide, narrow, ten).flatMap(s -> s).map(Ipv4::parse);
  }
}
