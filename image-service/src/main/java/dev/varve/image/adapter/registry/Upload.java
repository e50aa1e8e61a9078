package dev.varve.image.adapter.registry;

import dev.varve.image.application.Registry;
import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** One blob on its way up; begun anew when it breaks. */
final class Upload {
  private static final Map<String, String> BYTES =
      Map.of("Content-Type", "application/octet-stream");

  /** Opens an upload at the registry. */
  @FunctionalInterface
  interface Beginning {
    URI begin() throws IOException;
  }

  @FunctionalInterface
  private interface Attempt {
    void run(URI location) throws IOException;
  }

  private final Session session;
  private final Beginning beginning;
  private final String scope;

  Upload(Session session, Beginning beginning, String scope) {
    this.session = session;
    this.beginning = beginning;
    this.scope = scope;
  }

  /** All at once: the digest is known. */
  void whole(Digest digest, Supplier<BodyPublisher> body) throws IOException {
    patiently(location -> close(location, digest, body));
  }

  /** As they are packed; the digest follows. */
  void packed(Registry.PackedBytes bytes) throws IOException {
    patiently(location -> {
      Supplier<BodyPublisher> body =
          () ->
              BodyPublishers.ofInputStream(() -> {
                try {
                  return bytes.open();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      HttpResponse<InputStream> response =
          session.expect(new Session.Request("PATCH", location, BYTES, body, scope), 202, 204);
      response.body().close();
      close(HttpRepository.location(response), bytes.digest(), BodyPublishers::noBody);
    });
  }

  private void close(URI location, Digest digest, Supplier<BodyPublisher> body) throws IOException {
    String separator = location.getRawQuery() == null ? "?" : "&";
    URI target =
        URI.create(
            location
                + separator
                + "digest="
                + URLEncoder.encode(digest.value(), StandardCharsets.UTF_8));
    session.expect(new Session.Request("PUT", target, BYTES, body, scope), 201, 204).body().close();
  }

  private void patiently(Attempt attempt) throws IOException {
    Duration pause = session.patience().pause();
    for (int count = 1; ; count++) {
      try {
        attempt.run(beginning.begin());
        return;
      } catch (InterruptedIOException e) {
        throw e;
      } catch (RegistryException e) {
        if (e.kind() != Kind.UNAVAILABLE || count >= session.patience().attempts()) {
          throw e;
        }
        session.sleep(pause, OptionalLong.empty());
        pause = pause.multipliedBy(2);
      }
    }
  }
}
