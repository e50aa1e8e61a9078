package dev.varve.container.adapter.dns;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Addresses for zones that are asked for at others': a zone must have one of its own to listen at,
 * and of the loopback there are plenty. Not thread-safe.
 */
final class ZoneAddresses {
  private static final int FIRST = 127 << 24 | 64 << 16;

  private final Map<String, Integer> numbers = new HashMap<>();

  String of(String zone) {
    Integer known = numbers.get(zone);
    if (known == null) {
      Set<Integer> taken = new HashSet<>(numbers.values());
      known = 1;
      while (taken.contains(known)) {
        known++;
      }
      numbers.put(zone, known);
    }
    int address = FIRST + known;
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff);
  }

  void free(String zone) {
    numbers.remove(zone);
  }
}
