package dev.varve.gateway.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request target, taken apart.
 *
 * @param path decoded, without the version
 */
record Target(ApiVersion version, String path, Query query) {
  private static final Pattern VERSIONED = Pattern.compile("/v([0-9][0-9.]*)(/.*)");

  /**
   * @throws Refusal 400 when it is malformed or its version is not served
   */
  static Target parse(String uri) throws Refusal {
    int question = uri.indexOf('?');
    String path = Query.decode(question < 0 ? uri : uri.substring(0, question), false);
    requirePlain(path);
    Query query = Query.parse(question < 0 ? "" : uri.substring(question + 1));
    Matcher matcher = VERSIONED.matcher(path);
    Optional<ApiVersion> asked =
        matcher.matches() ? ApiVersion.parse(matcher.group(1)) : Optional.empty();
    if (asked.isEmpty()) {
      return new Target(ApiVersion.MAXIMUM, path, query);
    }
    ApiVersion version = asked.get();
    if (version.compareTo(ApiVersion.MAXIMUM) > 0) {
      throw Refusal.badRequest(
          "client version "
              + matcher.group(1)
              + " is too new. Maximum supported API version is "
              + ApiVersion.MAXIMUM);
    }
    if (version.compareTo(ApiVersion.MINIMUM) < 0) {
      throw Refusal.badRequest(
          "client version "
              + matcher.group(1)
              + " is too old. Minimum supported API version is "
              + ApiVersion.MINIMUM
              + ", please upgrade your client to a newer version");
    }
    return new Target(version, matcher.group(2), query);
  }

  private static void requirePlain(String path) throws Refusal {
    for (String segment : path.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw Refusal.badRequest("the request path must not contain . or ..");
      }
    }
    if (path.contains("//") || path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw Refusal.badRequest("malformed request path");
    }
  }
}
