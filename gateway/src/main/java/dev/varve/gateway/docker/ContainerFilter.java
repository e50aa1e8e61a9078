package dev.varve.gateway.docker;

import dev.varve.api.container.v1.Container;
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

  private ContainerFilter(Filters filters, List<PortRange> exposed) {
    this.filters = filters;
    this.ids = TextFilter.of(filters.all("id"));
    this.names = TextFilter.of(filters.all("name"));
    this.exposed = exposed;
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
    for (String port : filters.all("publish")) {
      PortRange.parse(port);
    }
    List<PortRange> exposed = new ArrayList<>();
    for (String port : filters.all("expose")) {
      exposed.add(PortRange.parse(port));
    }
    return new ContainerFilter(filters, exposed);
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
        && filters.any("volume", volume -> container.getConfig().getVolumesList().contains(volume))
        && !filters.has("publish")
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
