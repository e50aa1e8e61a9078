package dev.varve.image.adapter.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.application.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one undertaking and the tokens they were changed for. Answers a registry's
 * challenges; gives a password to the registry itself or to the place that it names for that, if
 * that place belongs to it, and to nobody else. Any thread.
 */
final class Authorizer {
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(10);
  private static final String CLIENT = "varve";

  private record Token(String text, long goodUntil) {}

  private final URI endpoint;
  private final Credentials credentials;
  private final Clients clients;
  private final RegistrySettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Token> tokens = new HashMap<>();
  private @Nullable Challenge challenge;
  private String identityToken = "";

  Authorizer(URI endpoint, Credentials credentials, Clients clients, RegistrySettings settings) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.clients = clients;
    this.settings = settings;
  }

  /** What to show for this scope by what is known so far. */
  Optional<String> header(String scope) throws IOException {
    lock.lock();
    try {
      if (credentials.hasRegistryToken()) {
        return Optional.of("Bearer " + credentials.registryToken());
      }
      if (challenge == null) {
        return Optional.empty();
      }
      return challenge.scheme().equals("basic")
          ? Optional.of(basic())
          : Optional.of("Bearer " + token(challenge, scope));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes note of what the registry asks for.
   *
   * @return whether there is something new to show
   */
  boolean accept(List<String> headers, String scope, @Nullable String shown) throws IOException {
    lock.lock();
    try {
      note(headers);
      Challenge chosen = challenge;
      if (chosen == null || credentials.hasRegistryToken()) {
        return false;
      }
      if (chosen.scheme().equals("basic")) {
        if (!credentials.hasPassword()) {
          throw new RegistryException(Kind.UNAUTHORIZED, "no basic auth credentials");
        }
        return shown == null;
      }
      String stale = tokens.containsKey(scope) ? "Bearer " + tokens.get(scope).text() : "";
      if (stale.equals(shown)) {
        tokens.remove(scope);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of what the registry will ask for, without an answer yet. */
  void note(List<String> headers) {
    lock.lock();
    try {
      List<Challenge> asked = Challenge.parse(headers);
      challenge =
          asked.stream()
              .filter(it -> it.scheme().equals("bearer"))
              .findFirst()
              .or(() -> asked.stream().filter(it -> it.scheme().equals("basic")).findFirst())
              .orElse(null);
    } finally {
      lock.unlock();
    }
  }

  /** What a login got instead of the password; empty when nothing. */
  String identityToken() {
    return identityToken;
  }

  private String basic() throws RegistryException {
    if (!credentials.hasPassword()) {
      throw new RegistryException(Kind.UNAUTHORIZED, "no basic auth credentials");
    }
    String pair = credentials.username() + ":" + credentials.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private String token(Challenge asked, String scope) throws IOException {
    Token known = tokens.get(scope);
    if (known != null && known.goodUntil() - System.nanoTime() > 0) {
      return known.text();
    }
    URI realm = realm(asked);
    JsonNode answer = ask(realm, asked.parameter("service"), scope);
    String text = answer.path("token").asText(answer.path("access_token").asText(""));
    if (text.isEmpty()) {
      throw new RegistryException(
          Kind.UNAUTHORIZED, "authorization server did not include a token in the response");
    }
    identityToken = answer.path("refresh_token").asText("");
    Duration life = Duration.ofSeconds(answer.path("expires_in").asLong(0));
    Duration kept = life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life;
    tokens.put(scope, new Token(text, System.nanoTime() + kept.minus(MARGIN).toNanos()));
    return text;
  }

  private URI realm(Challenge asked) throws RegistryException {
    URI realm;
    try {
      realm = URI.create(asked.parameter("realm"));
    } catch (IllegalArgumentException e) {
      throw untrusted("the registry names no usable place for tokens");
    }
    String scheme = realm.getScheme() == null ? "" : realm.getScheme();
    if (!scheme.equals("https") && !scheme.equals("http") || Origins.host(realm).isEmpty()) {
      throw untrusted("the registry names no usable place for tokens");
    }
    if (scheme.equals("http") && endpoint.getScheme().equals("https")) {
      throw untrusted(
          "refused to get a token without TLS from %s for a registry with TLS"
              .formatted(Origins.shown(realm)));
    }
    boolean trusted =
        Origins.sameSite(realm, endpoint) || settings.realms().contains(Origins.host(realm));
    if (!trusted && !credentials.isEmpty()) {
      throw untrusted(
          "refused to show the credentials for %s to %s, which the registry asks for"
              .formatted(Origins.host(endpoint), Origins.host(realm)));
    }
    return realm;
  }

  private JsonNode ask(URI realm, String service, String scope) throws IOException {
    HttpRequest.Builder request =
        credentials.hasIdentityToken()
            ? byIdentityToken(realm, service, scope)
            : byPassword(realm, service, scope);
    Redirects.refuseLinkLocal(realm);
    HttpRequest built = request.timeout(settings.patience().answer()).build();
    HttpResponse<InputStream> response = Http.send(clients.of(realm), built, settings.patience());
    try (InputStream body = response.body()) {
      JsonNode answer = RegistryErrors.json(body);
      if (response.statusCode() != 200) {
        throw RegistryErrors.refusal(built.method(), realm, response, answer);
      }
      return answer;
    }
  }

  private HttpRequest.Builder byPassword(URI realm, String service, String scope)
      throws RegistryException {
    Map<String, String> query = new HashMap<>();
    put(query, "service", service);
    put(query, "scope", scope);
    if (credentials.hasPassword()) {
      query.put("account", credentials.username());
      if (scope.isEmpty()) {
        query.put("client_id", CLIENT);
        query.put("offline_token", "true");
      }
    }
    String before = realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&";
    String base = Origins.shown(realm);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "?" + before + form(query))).GET();
    if (credentials.hasPassword()) {
      request.header("Authorization", basic());
    }
    return request;
  }

  private HttpRequest.Builder byIdentityToken(URI realm, String service, String scope) {
    Map<String, String> fields = new HashMap<>();
    fields.put("grant_type", "refresh_token");
    fields.put("refresh_token", credentials.identityToken());
    fields.put("client_id", CLIENT);
    put(fields, "service", service);
    put(fields, "scope", scope);
    return HttpRequest.newBuilder(realm)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form(fields)));
  }

  private static void put(Map<String, String> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, value);
    }
  }

  /** Several scopes stand apart by blanks and become a parameter each, as the token servers ask. */
  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .flatMap(field ->
            List.of(
                    field.getKey().equals("scope")
                        ? field.getValue().split(" ")
                        : new String[] {field.getValue()})
                .stream()
                .map(value -> encoded(field.getKey()) + "=" + encoded(value)))
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static RegistryException untrusted(String text) {
    return new RegistryException(Kind.UNTRUSTED, text);
  }
}
