package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import dev.varve.image.application.RegistrySettings.Patience;
import dev.varve.image.domain.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A blob's bytes, exactly as many as its descriptor says. When the connection breaks or stalls the
 * rest is asked for by range; attempts count anew whenever bytes have come.
 */
final class ResumedBlob extends InputStream {
  private final Session session;
  private final URI uri;
  private final Descriptor blob;
  private final String scope;
  private final byte[] one = new byte[1];
  private InputStream body;
  private long position;
  private int failures;
  private Duration pause;

  ResumedBlob(Session session, URI uri, Descriptor blob, String scope) throws IOException {
    this.session = session;
    this.uri = uri;
    this.blob = blob;
    this.scope = scope;
    this.pause = session.patience().pause();
    this.body = open();
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (true) {
      try {
        int read = body.read(target, offset, length);
        if (read > 0) {
          position += read;
          failures = 0;
          if (position > blob.size()) {
            throw wrongSize("more");
          }
          return read;
        }
        if (position == blob.size() || length == 0) {
          return position == blob.size() ? -1 : 0;
        }
        resume(new IOException("unexpected EOF"));
      } catch (InterruptedIOException e) {
        throw e;
      } catch (RegistryException e) {
        if (e.kind() == Kind.UNTRUSTED) {
          throw e;
        }
        resume(e);
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  private void resume(IOException cause) throws IOException {
    Patience patience = session.patience();
    body.close();
    if (++failures >= patience.attempts()) {
      throw cause instanceof RegistryException ? cause : wrongSize("fewer");
    }
    session.sleep(pause, OptionalLong.empty());
    body = open();
  }

  private InputStream open() throws IOException {
    Map<String, String> headers =
        position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-");
    HttpResponse<InputStream> response = answer(headers);
    InputStream fresh = response.body();
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      fresh.close();
      throw new RegistryException(
          Kind.UNTRUSTED, "the registry encodes a blob as %s unasked".formatted(shown(encoding)));
    }
    if (position > 0 && response.statusCode() == 200) {
      fresh.skipNBytes(position); // it knows no ranges
    } else if (position > 0 && !continues(response)) {
      fresh.close();
      throw new RegistryException(Kind.UNTRUSTED, "the registry sent another range than asked for");
    }
    return fresh;
  }

  /** An end right behind the headers is told by the client instead of the body. */
  private HttpResponse<InputStream> answer(Map<String, String> headers) throws IOException {
    try {
      return session.expect(Session.Request.get(uri, headers, scope), 200, 206);
    } catch (RegistryException e) {
      Throwable cause = e.getCause();
      boolean cut = cause != null && String.valueOf(cause.getMessage()).contains("bytes received");
      throw cut ? wrongSize("fewer") : e;
    }
  }

  private boolean continues(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + position + "-"))
        .isPresent();
  }

  private RegistryException wrongSize(String which) {
    return new RegistryException(
        Kind.UNTRUSTED,
        "blob %s has %s than the %d bytes that its descriptor says"
            .formatted(blob.digest(), which, blob.size()));
  }

  private static String shown(String text) {
    return text.replaceAll("[^\\w-]", "?");
  }
}
