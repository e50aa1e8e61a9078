package dev.varve.gateway.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The route table. A pattern's {@code {id}} is one path segment, {@code {name:*}} is greedy, for
 * image names contain slashes. The first route that matches wins. Filled at start, then only read.
 */
public final class Routes {
  private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)(:\\*)?}");

  private record Route(String method, Pattern pattern, List<String> names, Handler handler) {}

  /** A route found, with the named parts of the path. */
  record Match(Handler handler, Map<String, String> names) {}

  private final List<Route> routes = new ArrayList<>();

  public Routes add(String method, String pattern, Handler handler) {
    List<String> names = new ArrayList<>();
    StringBuilder regex = new StringBuilder();
    Matcher places = PLACE.matcher(pattern);
    int at = 0;
    while (places.find()) {
      regex.append(Pattern.quote(pattern.substring(at, places.start())));
      regex.append(places.group(2) == null ? "([^/]+)" : "(.+)");
      names.add(places.group(1));
      at = places.end();
    }
    regex.append(Pattern.quote(pattern.substring(at)));
    routes.add(new Route(method, Pattern.compile(regex.toString()), names, handler));
    return this;
  }

  Optional<Match> find(String method, String path) {
    for (Route route : routes) {
      if (route.method.equals(method)) {
        Matcher matcher = route.pattern.matcher(path);
        if (matcher.matches()) {
          Map<String, String> names = new LinkedHashMap<>();
          for (int i = 0; i < route.names.size(); i++) {
            names.put(route.names.get(i), matcher.group(i + 1));
          }
          return Optional.of(new Match(route.handler, names));
        }
      }
    }
    return Optional.empty();
  }
}
