package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.gateway.docker.json.ContainerSummaryJson;
import dev.varve.gateway.docker.json.PortBindingJson;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ports of containers as Docker's clients see them. Pure. */
final class PortViews {
  private PortViews() {}

  /** As they were asked for. */
  static Map<String, List<PortBindingJson>> asked(HostSpec host) {
    Map<String, List<PortBindingJson>> asked = new TreeMap<>();
    host.getPortBindingsList()
        .forEach(binding ->
            asked.put(
                binding.getPort(),
                binding.getHostsList().stream()
                    .map(it -> new PortBindingJson(it.getIp(), it.getPort()))
                    .toList()));
    return asked;
  }

  /** Those of a container that runs; null for one that is exposed and not published. */
  static Map<String, @Nullable List<PortBindingJson>> published(Container it) {
    Map<String, @Nullable List<PortBindingJson>> ports = new TreeMap<>();
    if (it.getState().getPid() == 0 || sharesNetwork(it)) {
      return ports;
    }
    it.getConfig().getExposedPortsList().forEach(port -> ports.put(withProtocol(port), null));
    for (NetworkAttachment attachment : it.getNetworksList()) {
      for (PublishedPort port : attachment.getPortsList()) {
        List<PortBindingJson> bindings =
            ports.compute(
                port.getContainerPort() + "/" + port.getProtocol(),
                (_, present) -> present == null ? new ArrayList<>() : present);
        if (bindings != null) {
          bindings.add(new PortBindingJson(port.getHostIp(), String.valueOf(port.getHostPort())));
        }
      }
    }
    return ports;
  }

  /** The same for a list of containers. */
  static List<ContainerSummaryJson.Port> summary(Container it) {
    List<ContainerSummaryJson.Port> ports = new ArrayList<>();
    published(it)
        .forEach((port, bindings) -> {
          int slash = port.indexOf('/');
          String protocol = port.substring(slash + 1);
          int number = first(port.substring(0, slash));
          if (bindings == null) {
            ports.add(new ContainerSummaryJson.Port("", number, 0, protocol));
          } else {
            bindings.forEach(host ->
                ports.add(
                    new ContainerSummaryJson.Port(
                        host.hostIp(), number, Integer.parseInt(host.hostPort()), protocol)));
          }
        });
    return ports;
  }

  /** Whose network it is has the ports. */
  private static boolean sharesNetwork(Container it) {
    String mode = it.getHost().getNetworkMode();
    return mode.equals("host") || mode.startsWith("container:");
  }

  private static String withProtocol(String port) {
    return port.indexOf('/') < 0 ? port + "/tcp" : port;
  }

  /** Of a range, which an image may expose, the list shows where it begins. */
  private static int first(String ports) {
    int dash = ports.indexOf('-');
    return Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
  }
}
