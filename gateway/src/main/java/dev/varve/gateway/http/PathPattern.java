package dev.varve.gateway.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route's path: literal text with places in between. A place {@code {id}} reaches to the next
 * slash, the last may be {@code {name:*}} and reaches as far as what follows it allows.
 *
 * <p>Not a regular expression, because the table is searched for each request, from the first one
 * on, when nothing is compiled yet.
 */
final class PathPattern {
  /** One more than there are names. */
  private final List<String> literals = new ArrayList<>();

  private final List<String> names = new ArrayList<>();
  private final boolean greedy;

  PathPattern(String text) {
    int at = 0;
    boolean greedyPlace = false;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
      int close = text.indexOf('}', open);
      literals.add(text.substring(at, open));
      String place = text.substring(open + 1, close);
      greedyPlace = place.endsWith(":*");
      names.add(greedyPlace ? place.substring(0, place.length() - 2) : place);
      at = close + 1;
    }
    literals.add(text.substring(at));
    greedy = greedyPlace;
  }

  /** The places' texts by their names; null when the path is another. */
  @Nullable Map<String, String> match(String path) {
    String last = literals.getLast();
    if (!path.startsWith(literals.getFirst()) || !path.endsWith(last)) {
      return null;
    }
    if (names.isEmpty()) {
      return path.length() == last.length() ? Map.of() : null;
    }
    Map<String, String> found = new LinkedHashMap<>();
    int at = 0;
    for (int i = 0; i < names.size(); i++) {
      if (!path.startsWith(literals.get(i), at)) {
        return null;
      }
      at += literals.get(i).length();
      int end = greedy && i == names.size() - 1 ? path.length() - last.length() : segment(path, at);
      if (end <= at) {
        return null;
      }
      found.put(names.get(i), path.substring(at, end));
      at = end;
    }
    return at + last.length() == path.length() ? found : null;
  }

  private static int segment(String path, int start) {
    int slash = path.indexOf('/', start);
    return slash < 0 ? path.length() : slash;
  }
}
