package dev.varve.container.adapter.network;

import dev.varve.container.domain.NetworkAttachment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The places on networks of one container and its namespace; those that are wired have their link.
 * Whoever has its lock changes the namespace.
 */
final class Places {
  private final Path pin;
  private final List<NetworkAttachment> all = new ArrayList<>();
  private final Set<String> wired = new HashSet<>();

  Places(Path pin) {
    this.pin = pin;
  }

  Path pin() {
    return pin;
  }

  synchronized List<NetworkAttachment> all() {
    return List.copyOf(all);
  }

  synchronized Optional<NetworkAttachment> on(String networkId) {
    return all.stream().filter(it -> it.networkId().equals(networkId)).findFirst();
  }

  synchronized void add(NetworkAttachment place) {
    all.add(place);
  }

  /**
   * @return whether it had its link
   */
  synchronized boolean remove(NetworkAttachment place) {
    all.remove(place);
    return wired.remove(place.endpointId());
  }

  synchronized void wired(NetworkAttachment place) {
    wired.add(place.endpointId());
  }

  /** Its link is gone, whoever took it away. */
  synchronized void cut(NetworkAttachment place) {
    wired.remove(place.endpointId());
  }

  synchronized List<NetworkAttachment> missing() {
    return all.stream().filter(it -> !wired.contains(it.endpointId())).toList();
  }

  /** The name of the next link in the namespace. */
  synchronized String nextLink() {
    Set<String> taken = new HashSet<>();
    all.forEach(it -> taken.add(it.link()));
    int number = 0;
    while (taken.contains("eth" + number)) {
      number++;
    }
    return "eth" + number;
  }
}
