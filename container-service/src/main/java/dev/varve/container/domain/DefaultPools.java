package dev.varve.container.domain;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which subnet a network gets whose maker named none. The default bridge takes one of Docker's own
 * first choices as a whole; other networks take blocks of a thousand addresses out of the rest, of
 * which there are nine hundred.
 */
public final class DefaultPools {
  private static final int BLOCK = 22;
  private static final int V6_BLOCK = 64;

  private DefaultPools() {}

  /**
   * @param inUse every route and address of the host, and every pool of a network
   */
  public static Optional<Subnet> forDefaultBridge(List<Subnet> inUse) {
    Stream<String> wide = IntStream.rangeClosed(17, 31).mapToObj(n -> "172." + n + ".0.0/16");
    Stream<String> narrow = IntStream.range(0, 16).mapToObj(n -> "192.168." + n * 16 + ".0/20");
    Stream<String> ten = IntStream.rangeClosed(0, 255).mapToObj(n -> "10." + n + ".0.0/16");
    return firstFree(Stream.of(wide, narrow, ten).flatMap(s -> s).map(Subnet::parse), inUse);
  }

  /**
   * @param inUse every route and address of the host, and every pool of a network
   */
  public static Optional<Subnet> forNetwork(List<Subnet> inUse) {
    Stream<Subnet> blocks =
        Stream.concat(
            IntStream.rangeClosed(18, 31).mapToObj(n -> Subnet.parse("172." + n + ".0.0/16")),
            Stream.of(Subnet.parse("192.168.0.0/16")));
    return firstFree(blocks.flatMap(DefaultPools::divided), inUse);
  }

  /**
   * A block of unique local addresses (RFC 4193).
   *
   * @param seed 40 bits that this engine has for itself
   */
  public static Optional<Subnet> forNetworkV6(long seed, List<Subnet> inUse) {
    BigInteger prefix =
        BigInteger.valueOf(0xfd)
            .shiftLeft(40)
            .or(BigInteger.valueOf(seed & 0xff_ffff_ffffL))
            .shiftLeft(80);
    return firstFree(
        IntStream.range(0, 0x10000)
            .mapToObj(n ->
                new Subnet(
                    new IpAddress(prefix.or(BigInteger.valueOf(n).shiftLeft(64)), true), V6_BLOCK)),
        inUse);
  }

  private static Stream<Subnet> divided(Subnet block) {
    long size = 1L << (32 - BLOCK);
    return IntStream.range(0, 1 << (BLOCK - block.prefixLength()))
        .mapToObj(n -> new Subnet(block.first().plus(BigInteger.valueOf(n * size)), BLOCK));
  }

  private static Optional<Subnet> firstFree(Stream<Subnet> candidates, List<Subnet> inUse) {
    NavigableMap<IpAddress, IpAddress> taken = stretches(inUse);
    return candidates
        .filter(candidate -> {
          Map.Entry<IpAddress, IpAddress> before = taken.floorEntry(candidate.last());
          return before == null || before.getValue().compareTo(candidate.first()) < 0;
        })
        .findFirst();
  }

  /** What the subnets cover, from first to last address, none overlapping another. */
  private static NavigableMap<IpAddress, IpAddress> stretches(List<Subnet> subnets) {
    NavigableMap<IpAddress, IpAddress> stretches = new TreeMap<>();
    subnets.stream()
        .sorted(Comparator.comparing(Subnet::first).thenComparing(Subnet::prefixLength))
        .filter(it -> {
          // Two subnets are apart, or one is in the other, which came before it.
          Map.Entry<IpAddress, IpAddress> before = stretches.lastEntry();
          return before == null || before.getValue().compareTo(it.first()) < 0;
        })
        .forEachOrdered(it -> stretches.put(it.first(), it.last()));
    return stretches;
  }

  /**
   * The subnet as a pool with the gateway at its first address, or of the range if one is given.
   */
  public static AddressPool pool(Subnet subnet) {
    IpAddress gateway = subnet.first().plus(BigInteger.ONE);
    return new AddressPool(subnet.toString(), "", gateway.toString(), Map.of(), false);
  }

  /** A pool that was asked for, its gateway chosen if it has none. */
  public static AddressPool completed(AddressPool asked) {
    if (!asked.gateway().isEmpty()) {
      return asked;
    }
    IpAddress first = asked.range().first();
    IpAddress gateway = first.equals(asked.block().first()) ? first.plus(BigInteger.ONE) : first;
    return new AddressPool(
        asked.subnet(), asked.ipRange(), gateway.toString(), asked.auxiliary(), asked.given());
  }
}
