package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.application.RegistrySettings.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one registry for one undertaking: authorized, redirected and repeated as far as that
 * is safe. Any thread.
 */
final class Session {
  /** Too busy, or somebody in between is. */
  private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

  private static final String AGENT = "varve";

  private final URI endpoint;
  private final Clients clients;
  private final Authorizer authorizer;
  private final Patience patience;

  Session(URI endpoint, Clients clients, Authorizer authorizer, Patience patience) {
    this.endpoint = endpoint;
    this.clients = clients;
    this.authorizer = authorizer;
    this.patience = patience;
  }

  /**
   * A request.
   *
   * @param body made anew for each attempt; null for none
   * @param scope of the token it needs
   */
  record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      @Nullable Supplier<BodyPublisher> body,
      String scope) {
    static Request get(URI uri, Map<String, String> headers, String scope) {
      return new Request("GET", uri, headers, null, scope);
    }

    boolean isRead() {
      return method.equals("GET") || method.equals("HEAD");
    }
  }

  URI endpoint() {
    return endpoint;
  }

  Patience patience() {
    return patience;
  }

  /**
   * Asks once whether a registry is there, and takes note of what it will ask for.
   *
   * @throws RegistryException UNAVAILABLE when it is not
   */
  void ping() throws IOException {
    URI uri = endpoint.resolve("v2/");
    HttpResponse<InputStream> response;
    try {
      HttpRequest ping =
          HttpRequest.newBuilder(uri)
              .timeout(patience.connect())
              .header("User-Agent", AGENT)
              .build();
      response = Http.send(clients.of(uri), ping, patience);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw RegistryErrors.failure("GET", uri, e);
    }
    response.body().close();
    if (response.statusCode() == 401) {
      authorizer.note(response.headers().allValues("WWW-Authenticate"));
    }
  }

  /** An answer of whatever status; its body is to be closed by the caller. */
  HttpResponse<InputStream> send(Request request) throws IOException {
    Duration pause = patience.pause();
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= patience.attempts();
      try {
        HttpResponse<InputStream> response = authorized(request);
        if (last || !PASSING.contains(response.statusCode()) || !isRepeatable(request)) {
          return response;
        }
        response.body().close();
        sleep(pause, retryAfter(response));
      } catch (RegistryException | InterruptedIOException | ConnectException e) {
        throw e instanceof RegistryException known
            ? known
            : RegistryErrors.failure(request.method(), request.uri(), e);
      } catch (IOException e) {
        if (last || !isRepeatable(request)) {
          throw RegistryErrors.failure(request.method(), request.uri(), e);
        }
        sleep(pause, OptionalLong.empty());
      }
      pause = pause.multipliedBy(2);
    }
  }

  /** An answer of that status, or what the registry says instead. */
  HttpResponse<InputStream> expect(Request request, Integer... statuses) throws IOException {
    HttpResponse<InputStream> response = send(request);
    if (Set.of(statuses).contains(response.statusCode())) {
      return response;
    }
    try (InputStream body = response.body()) {
      throw RegistryErrors.refusal(
          request.method(), request.uri(), response, RegistryErrors.json(body));
    }
  }

  /** Waits before another attempt at something, a little at random. */
  void sleep(Duration pause, OptionalLong wantedSeconds) throws InterruptedIOException {
    long millis =
        Math.min(
            Math.max(pause.toMillis(), wantedSeconds.orElse(0) * 1000),
            patience.longestPause().toMillis());
    try {
      Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the registry");
    }
  }

  static OptionalLong retryAfter(HttpResponse<?> response) {
    String text = response.headers().firstValue("Retry-After").orElse("");
    return text.matches("\\d{1,6}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** A body that was sent is sent again by those only who know what became of the first one. */
  private static boolean isRepeatable(Request request) {
    return request.isRead() || request.body() == null;
  }

  private HttpResponse<InputStream> authorized(Request request) throws IOException {
    String shown = named(request, () -> authorizer.header(request.scope()).orElse(null));
    HttpResponse<InputStream> response = redirected(request, shown);
    if (response.statusCode() != 401 || !Origins.same(response.uri(), endpoint)) {
      return response;
    }
    boolean again =
        Boolean.TRUE.equals(
            named(
                request,
                () ->
                    authorizer.accept(
                        response.headers().allValues("WWW-Authenticate"), request.scope(), shown)));
    if (!again) {
      return response;
    }
    response.body().close();
    return redirected(
        request, named(request, () -> authorizer.header(request.scope()).orElse(null)));
  }

  private interface Step<T> {
    @Nullable T run() throws IOException;
  }

  /** That a pull got no further is said of its request, as Docker does. */
  private static <T> @Nullable T named(Request request, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNAUTHORIZED && request.scope().endsWith(":pull")) {
        throw RegistryErrors.ofRequest(request.method(), request.uri(), e);
      }
      throw e;
    }
  }

  private HttpResponse<InputStream> redirected(Request request, @Nullable String authorization)
      throws IOException {
    URI uri = request.uri();
    for (int hop = 0; hop <= Redirects.MOST; hop++) {
      HttpResponse<InputStream> response =
          Http.send(clients.of(uri), onWire(request, uri, authorization), patience);
      if (!Redirects.isRedirect(response.statusCode()) || !request.isRead()) {
        return response;
      }
      response.body().close();
      uri = Redirects.target(uri, response.headers().firstValue("Location").orElse(""));
    }
    throw Redirects.tooMany(request.uri());
  }

  private HttpRequest onWire(Request request, URI uri, @Nullable String authorization) {
    BodyPublisher body = request.body() == null ? BodyPublishers.noBody() : request.body().get();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).method(request.method(), body).header("User-Agent", AGENT);
    // The answer to an upload comes after all of its bytes, however long they take.
    if (request.body() == null) {
      builder.timeout(patience.answer());
    }
    request.headers().forEach(builder::header);
    if (authorization != null && Origins.same(uri, endpoint)) {
      builder.header("Authorization", authorization);
    }
    return builder.build();
  }
}
