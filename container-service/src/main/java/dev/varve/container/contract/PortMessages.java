package dev.varve.container.contract;

import dev.varve.container.domain.PortBindings;
import dev.varve.container.domain.PublishedPort;
import dev.varve.values.container.v1.HostAddress;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Ports as they were asked for, and as they are published. */
public final class PortMessages {
  private PortMessages() {}

  static List<dev.varve.values.container.v1.PortBindings> write(PortBindings ports) {
    return ports.byPort().entrySet().stream()
        .map(entry ->
            dev.varve.values.container.v1.PortBindings.newBuilder()
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
      List<dev.varve.values.container.v1.PortBindings> messages) {
    SortedMap<String, List<PortBindings.HostAddress>> bindings = new TreeMap<>();
    for (dev.varve.values.container.v1.PortBindings message : messages) {
      bindings.put(
          message.getPort(),
          message.getHostsList().stream()
              .map(it -> new PortBindings.HostAddress(it.getIp(), it.getPort()))
              .toList());
    }
    return bindings;
  }

  public static dev.varve.values.container.v1.PublishedPort write(PublishedPort port) {
    return dev.varve.values.container.v1.PublishedPort.newBuilder()
        .setProtocol(port.protocol())
        .setContainerPort(port.containerPort())
        .setHostIp(port.hostIp())
        .setHostPort(port.hostPort())
        .build();
  }

  public static PublishedPort read(dev.varve.values.container.v1.PublishedPort message) {
    return new PublishedPort(
        message.getProtocol(),
        message.getContainerPort(),
        message.getHostIp(),
        message.getHostPort());
  }
}
