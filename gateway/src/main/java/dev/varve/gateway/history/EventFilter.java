package dev.varve.gateway.history;

import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.ImageName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which events a client wants, and from which time.
 *
 * @param since unix nanoseconds; 0 for no bound
 * @param until unix nanoseconds; 0 for no bound
 */
record EventFilter(Filters filters, long since, long until) {
  static final Set<String> KEYS =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");

  private static final List<String> BY_PREFIX =
      List.of("health_status", "exec_create", "exec_start");

  /** Whether history before the present moment is asked for. */
  boolean wantsHistory() {
    return since != 0 || until != 0;
  }

  boolean fits(Told told) {
    return told.nanos() >= since
        && (until == 0 || told.nanos() <= until)
        && filters.any("type", told.type()::equals)
        && filters.any("scope", "local"::equals)
        && filters.any("event", wanted -> isAction(told.action(), wanted))
        && filters.labels("label", told.attributes())
        && named("container", told)
        && image(told)
        && named("network", told)
        && absent("config")
        && absent("daemon")
        && absent("node")
        && absent("plugin")
        && absent("secret")
        && absent("service")
        && named("volume", told);
  }

  private static boolean isAction(String action, String wanted) {
    return action.equals(wanted) || BY_PREFIX.contains(wanted) && action.startsWith(wanted + ":");
  }

  /** By id, beginning of the id, or name, of events of that type. */
  private boolean named(String type, Told told) {
    return !filters.has(type)
        || told.type().equals(type)
            && filters.any(
                type,
                wanted -> {
                  String bare = wanted.startsWith("/") ? wanted.substring(1) : wanted;
                  return !bare.isEmpty()
                      && (told.id().startsWith(bare) || bare.equals(told.attributes().get("name")));
                });
  }

  /** Events of the image, and of containers made from it. */
  private boolean image(Told told) {
    if (!filters.has("image")) {
      return true;
    }
    Map<String, String> attributes = told.attributes();
    String name =
        switch (told.type()) {
          case "image" -> attributes.getOrDefault("name", "");
          case "container" -> attributes.getOrDefault("image", "");
          default -> "";
        };
    return !name.isEmpty()
        && filters.any(
            "image",
            wanted ->
                wanted.equals(told.id())
                    || wanted.equals(name)
                    || wanted.equals(ImageName.repository(name)));
  }

  /** Nothing of that kind ever happens here. */
  private boolean absent(String kind) {
    return !filters.has(kind);
  }
}
