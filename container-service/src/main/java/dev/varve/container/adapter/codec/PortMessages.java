package dev.varve.container.adapter.codec;

import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.PublishedPort;
import dev.varve.events.container.v1.HostAddress;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Ports as they stand in the log. */
final class PortMessages {
  private PortMessages() {}

  static List<dev.varve.events.container.v1.PortBindings> write(PortBindings ports) {
    return ports.byPort().entrySet().stream()
        .map(entry ->
            dev.varve.events.container.v1.PortBindings.newBuilder()
                .setPort(entry.getKey())
                .addAllHosts(
                    entry.getValue().stream()
                        .map(it ->
                            HostAddress.newBuilder().setIp(it.ip()).setPort(it.port()).build())
                        .toList())
                .build())
        .toList();
  }

  static SortedMap<String, List<PortBindings.HostAddress>> read(
      List<dev.varve.events.container.v1.PortBindings> messages) {
    SortedMap<String, List<PortBindings.HostAddress>> bindings = new TreeMap<>();
    for (dev.varve.events.container.v1.PortBindings message : messages) {
      bindings.put(
          message.getPort(),
          message.getHostsList().stream()
              .map(it -> new PortBindings.HostAddress(it.getIp(), it.getPort()))
              .toList());
    }
    return bindings;
  }

  static dev.varve.events.container.v1.PublishedPort write(PublishedPort port) {
    return dev.varve.events.container.v1.PublishedPort.newBuilder()
        .setProtocol(port.protocol())
        .setContainerPort(port.containerPort())
        .setHostIp(port.hostIp())
        .setHostPort(port.hostPort())
        .build();
  }

  static PublishedPort read(dev.varve.events.container.v1.PublishedPort message) {
    return new PublishedPort(
        message.getProtocol(),
        message.getContainerPort(),
        message.getHostIp(),
        message.getHostPort());
  }
}
