package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistrySettings.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** One exchange on the wire. */
final class Http {
  private Http() {}

  /** The answer's body is to be closed by the caller. */
  static HttpResponse<InputStream> send(HttpClient client, HttpRequest request, Patience patience)
      throws IOException {
    try {
      return client.send(request, _ -> new BodyStream(patience));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the registry");
    }
  }
}
