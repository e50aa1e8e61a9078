package dev.varve.container.adapter.network;

import dev.varve.linux.net.Ipv4;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses of the subnet are taken. Goes round the subnet, so that a freed address rests as
 * long as possible before somebody else gets it. Thread-safe.
 */
final class AddressBook {
  private final Ipv4 subnet;
  private final Set<String> taken = new HashSet<>();
  private int next = 1;

  AddressBook(Ipv4 subnet, String gateway) {
    this.subnet = subnet;
    taken.add(gateway);
  }

  /**
   * @return empty when all are taken
   */
  synchronized Optional<Ipv4> take() {
    int last = (int) Math.min(subnet.size() - 2, Integer.MAX_VALUE);
    for (int tried = 0; tried < last; tried++) {
      Ipv4 candidate = subnet.host(next);
      next = next >= last ? 1 : next + 1;
      if (taken.add(candidate.address())) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  synchronized void claim(String address) {
    taken.add(address);
  }

  synchronized void free(String address) {
    taken.remove(address);
  }
}
