package dev.varve.container.application;

import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Network;

/** The network a container joins, by its name. */
final class NetworkMode {
  private NetworkMode() {}

  static String of(HostSpec host) {
    return switch (host.networkMode()) {
      case "", "default" -> Network.BRIDGE;
      default -> host.networkMode();
    };
  }
}
