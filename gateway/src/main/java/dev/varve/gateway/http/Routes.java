package dev.varve.gateway.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The route table. A pattern's {@code {id}} is one path segment, {@code {name:*}} is greedy, for
 * image names contain slashes. The first route that matches wins. Filled at start, then only read.
 */
public final class Routes {
  private final Map<String, List<Route>> byMethod = new HashMap<>();

  /** A route found, with the named parts of the path. */
  record Match(Handler handler, boolean onLoop, Map<String, String> names) {}

  private record Route(PathPattern pattern, Handler handler, boolean onLoop) {}

  /** For requests that may take their time: the handler is given a virtual thread. */
  public Routes add(String method, String pattern, Handler handler) {
    return add(method, new Route(new PathPattern(pattern), handler, false));
  }

  /**
   * For what is answered from memory: the handler runs on the connection's event loop, so that it
   * must never block and reads no body. It may answer later, from any thread.
   */
  public Routes addOnLoop(String method, String pattern, Handler handler) {
    return add(method, new Route(new PathPattern(pattern), handler, true));
  }

  private Routes add(String method, Route route) {
    byMethod.computeIfAbsent(method, _ -> new ArrayList<>()).add(route);
    return this;
  }

  Optional<Match> find(String method, String path) {
    for (Route route : byMethod.getOrDefault(method, List.of())) {
      @Nullable Map<String, String> names = route.pattern.match(path);
      if (names != null) {
        return Optional.of(new Match(route.handler, route.onLoop, names));
      }
    }
    return Optional.empty();
  }
}
