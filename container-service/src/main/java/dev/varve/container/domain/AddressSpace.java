package dev.varve.container.domain;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which addresses of a network's pools of one family are taken. Goes round each pool, so that a
 * freed address rests as long as possible before somebody else gets it. Thread-safe.
 */
public final class AddressSpace {
  // Beyond that many a subnet is as good as endless; nobody waits for a walk through 2^64.
  private static final BigInteger LONGEST_WALK = BigInteger.valueOf(1 << 20);

  /** An address with the pool it is of. */
  public record Place(IpAddress address, AddressPool pool) {}

  private final List<AddressPool> pools;
  private final Set<IpAddress> taken = new HashSet<>();
  private final Map<AddressPool, IpAddress> next = new HashMap<>();

  /**
   * @param pools all of one family
   */
  public AddressSpace(List<AddressPool> pools) {
    this.pools = List.copyOf(pools);
    for (AddressPool pool : pools) {
      pool.gatewayAddress().ifPresent(taken::add);
      pool.auxiliary().values().forEach(text -> IpAddress.read(text).ifPresent(taken::add));
    }
  }

  /**
   * Takes a free address.
   *
   * @param spared whether an address is better left alone, as long as there are others
   * @return empty when all are taken
   */
  public synchronized Optional<Place> take(Predicate<IpAddress> spared) {
    for (AddressPool pool : pools) {
      Optional<Place> place = take(pool, spared);
      if (place.isPresent()) {
        return place;
      }
    }
    for (AddressPool pool : pools) {
      Optional<Place> place = take(pool, _ -> false);
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  private Optional<Place> take(AddressPool pool, Predicate<IpAddress> spared) {
    IpAddress first = firstHost(pool);
    IpAddress last = lastHost(pool);
    if (first.compareTo(last) > 0) {
      return Optional.empty();
    }
    IpAddress candidate = next.getOrDefault(pool, first);
    BigInteger size = last.bits().subtract(first.bits()).add(BigInteger.ONE);
    long walk = size.min(LONGEST_WALK).longValueExact();
    for (long tried = 0; tried < walk; tried++) {
      IpAddress following = candidate.compareTo(last) >= 0 ? first : candidate.plus(BigInteger.ONE);
      if (!spared.test(candidate) && taken.add(candidate)) {
        next.put(pool, following);
        return Optional.of(new Place(candidate, pool));
      }
      candidate = following;
    }
    return Optional.empty();
  }

  /** Not the network's own address. */
  private static IpAddress firstHost(AddressPool pool) {
    IpAddress first = pool.range().first();
    return first.equals(pool.block().first()) ? first.plus(BigInteger.ONE) : first;
  }

  /** Not the broadcast address. */
  private static IpAddress lastHost(AddressPool pool) {
    IpAddress last = pool.range().last();
    return !last.v6() && last.equals(pool.block().last())
        ? last.plus(BigInteger.ONE.negate())
        : last;
  }

  /**
   * Takes this very address.
   *
   * @return empty when somebody has it, or no pool does
   */
  public synchronized Optional<Place> claim(IpAddress address) {
    return poolOf(address).filter(_ -> taken.add(address)).map(pool -> new Place(address, pool));
  }

  /** The pool whose subnet has the address. */
  public Optional<AddressPool> poolOf(IpAddress address) {
    return pools.stream().filter(pool -> pool.block().contains(address)).findFirst();
  }

  public synchronized void free(IpAddress address) {
    taken.remove(address);
  }

  public boolean isEmpty() {
    return pools.isEmpty();
  }
}
