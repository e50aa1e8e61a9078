package dev.varve.gateway.http;

import java.util.Optional;

/**
 * A request target, taken apart.
 *
 * @param path decoded, without the version
 */
record Target(ApiVersion version, String path, Query query) {
  /** No version of Docker's API, but where registries are. */
  private static final String REGISTRY = "/v2";

  /**
   * @throws Refusal 400 when it is malformed or its version is not served
   */
  static Target parse(String uri) throws Refusal {
    int question = uri.indexOf('?');
    String path = Query.decode(question < 0 ? uri : uri.substring(0, question), false);
    requirePlain(path);
    Query query = Query.parse(question < 0 ? "" : uri.substring(question + 1));
    if (path.equals(REGISTRY) || path.startsWith(REGISTRY + "/")) {
      return new Target(ApiVersion.MAXIMUM, path, query);
    }
    int slash = path.indexOf('/', 1);
    String said = path.startsWith("/v") && slash > 0 ? path.substring(2, slash) : "";
    Optional<ApiVersion> asked = ApiVersion.parse(said);
    if (asked.isEmpty()) {
      return new Target(ApiVersion.MAXIMUM, path, query);
    }
    ApiVersion version = asked.get();
    if (version.compareTo(ApiVersion.MAXIMUM) > 0) {
      throw Refusal.badRequest(
          "client version "
              + said
              + " is too new. Maximum supported API version is "
              + ApiVersion.MAXIMUM);
    }
    if (version.compareTo(ApiVersion.MINIMUM) < 0) {
      throw Refusal.badRequest(
          "client version "
              + said
              + " is too old. Minimum supported API version is "
              + ApiVersion.MINIMUM
              + ", please upgrade your client to a newer version");
    }
    return new Target(version, path.substring(slash), query);
  }

  private static void requirePlain(String path) throws Refusal {
    if (path.contains("/./")
        || path.contains("/../")
        || path.endsWith("/.")
        || path.endsWith("/..")) {
      throw Refusal.badRequest("the request path must not contain . or ..");
    }
    boolean malformed = path.contains("//");
    for (int at = 0; at < path.length(); at++) {
      malformed |= path.charAt(at) < 0x20 || path.charAt(at) == 0x7f;
    }
    if (malformed) {
      throw Refusal.badRequest("malformed request path");
    }
  }
}
