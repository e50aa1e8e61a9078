package dev.varve.gateway.docker;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.MountPoint;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.gateway.http.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which containers {@code GET /containers/json} shows. */
public final class ContainerFilter {
  public static final Set<String> KEYS =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");

  private static final Set<String> STATES =
      Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
  private static final Set<String> HEALTH = Set.of("none", "starting", "healthy", "unhealthy");

  private final Filters filters;
  private final TextFilter ids;
  private final TextFilter names;
  private final List<PortRange> exposed;
  private final List<PortRange> published;

  private ContainerFilter(Filters filters, List<PortRange> exposed, List<PortRange> published) {
    this.filters = filters;
    this.ids = TextFilter.of(filters.all("id"));
    this.names = TextFilter.of(filters.all("name"));
    this.exposed = exposed;
    this.published = published;
  }

  /**
   * Checks the values of those keys that have only certain values.
   *
   * @throws Refusal 400
   */
  public static ContainerFilter of(Filters filters) throws Refusal {
    for (String status : filters.all("status")) {
      if (!STATES.contains(status)) {
        throw Refusal.badRequest("invalid filter 'status=" + status + "'");
      }
    }
    for (String health : filters.all("health")) {
      if (!HEALTH.contains(health)) {
        throw Refusal.badRequest("unrecognised filter value for health: " + health);
      }
    }
    for (String code : filters.all("exited")) {
      try {
        Integer.parseInt(code);
      } catch (NumberFormatException e) {
        throw Refusal.badRequest("strconv.Atoi: parsing \"" + code + "\": invalid syntax");
      }
    }
    filters.flag("is-task", false);
    return new ContainerFilter(filters, ports(filters, "expose"), ports(filters, "publish"));
  }

  private static List<PortRange> ports(Filters filters, String key) throws Refusal {
    List<PortRange> ports = new ArrayList<>();
    for (String port : filters.all(key)) {
      if (port.indexOf(':') >= 0) {
        throw Refusal.badRequest("filter for '" + key + "' should not contain ':': " + port);
      }
      ports.add(PortRange.parse(port));
    }
    return ports;
  }

  /** Whether stopped containers are asked for by the filter itself. */
  public boolean impliesAll() {
    return filters.has("status");
  }

  /** All filters but ancestor, before and since, which need to look something up. */
  public boolean fits(Container container) throws Refusal {
    return filters.values().isEmpty() || fitsAll(container);
  }

  private boolean fitsAll(Container container) throws Refusal {
    return ids.fits(container.getId())
        && names.fits(container.getName(), "/" + container.getName())
        && filters.labels("label", container.getConfig().getLabelsMap())
        && filters.any("status", status(container)::equals)
        && filters.any("exited", code -> hasExited(container, Integer.parseInt(code)))
        && filters.any("health", ContainerStatus.health(container.getState().getHealth())::equals)
        && !filters.flag("is-task", false)
        && filters.any("network", network -> isOn(container, network))
        && filters.any("volume", volume -> mounts(container, volume))
        && publishes(container)
        && exposes(container);
  }

  private static String status(Container container) {
    return ContainerStatus.word(container.getState().getStatus());
  }

  private static boolean hasExited(Container container, int code) {
    return !ContainerStatus.isRunning(container.getState())
        && container.getState().getStartedAtNanos() != 0
        && container.getState().getExitCode() == code;
  }

  private static boolean isOn(Container container, String network) {
    if (container.getHost().getNetworkMode().equals(network)) {
      return true;
    }
    for (NetworkAttachment attachment : container.getNetworksList()) {
      if (attachment.getNetwork().equals(network)
          || attachment.getNetworkId().startsWith(network)) {
        return true;
      }
    }
    return false;
  }

  /** By the ports of the host, as Docker has it, and only while they are taken. */
  private boolean publishes(Container container) {
    return published.isEmpty()
        || container.getNetworksList().stream()
            .flatMap(network -> network.getPortsList().stream())
            .map(it -> new PortRange(it.getHostPort(), it.getHostPort(), it.getProtocol()))
            .anyMatch(port -> published.stream().anyMatch(wanted -> wanted.contains(port)));
  }

  /** By a volume's name, a place in the container, or a path of the host. */
  private static boolean mounts(Container container, String wanted) {
    for (MountPoint point : container.getMountsList()) {
      if (wanted.equals(point.getDestination())
          || wanted.equals(point.getName().isEmpty() ? point.getSource() : point.getName())) {
        return true;
      }
    }
    return false;
  }

  private boolean exposes(Container container) throws Refusal {
    if (exposed.isEmpty()) {
      return true;
    }
    for (String port : container.getConfig().getExposedPortsList()) {
      PortRange range = PortRange.parse(port);
      if (exposed.stream().anyMatch(wanted -> wanted.contains(range))) {
        return true;
      }
    }
    return false;
  }
}
