package dev.varve.image.adapter.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Refusals and failures in the words that Docker's users know. */
final class RegistryErrors {
  private static final int LONGEST_BODY = 64 << 10;
  private static final int LONGEST_TEXT = 500;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
              .build());

  private RegistryErrors() {}

  /** Reads a short document. */
  static JsonNode json(InputStream body) throws IOException {
    return json(body, LONGEST_BODY);
  }

  /** Reads a document; missing when it is none, or longer than it may be. */
  static JsonNode json(InputStream body, int longest) throws IOException {
    byte[] bytes = body.readNBytes(longest + 1);
    if (bytes.length > longest) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(bytes);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** What a refusal says. */
  static RegistryException refusal(
      String method, URI uri, HttpResponse<?> response, JsonNode body) {
    int status = response.statusCode();
    JsonNode error = body.path("errors").path(0);
    String code = error.path("code").asText("");
    String message = error.path("message").asText("");
    String details = body.path("details").asText("");
    boolean scopeTooSmall =
        Challenge.parse(response.headers().allValues("WWW-Authenticate")).stream()
            .anyMatch(asked -> asked.parameter("error").equals("insufficient_scope"));
    if (!code.isEmpty() && !scopeTooSmall) {
      String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
      return new RegistryException(
          kind(status, code),
          clean(words + ": " + (message.isEmpty() ? "unknown error" : message)));
    }
    if (status == 401 && !scopeTooSmall) {
      return new RegistryException(
          Kind.UNAUTHORIZED,
          clean("unauthorized: " + (details.isEmpty() ? "authentication required" : details)));
    }
    if (status == 401 || status == 403) {
      return new RegistryException(
          Kind.DENIED, "denied: requested access to the resource is denied");
    }
    if (status == 404 && method.equals("HEAD")) {
      return new RegistryException(Kind.MANIFEST_UNKNOWN, "manifest unknown: manifest unknown");
    }
    return new RegistryException(
        status == 404 ? Kind.MANIFEST_UNKNOWN : Kind.UNAVAILABLE,
        "unexpected status from %s request to %s: %d"
            .formatted(method, Origins.shown(uri), status));
  }

  private static Kind kind(int status, String code) {
    return switch (code) {
      case "MANIFEST_UNKNOWN" -> Kind.MANIFEST_UNKNOWN;
      case "NAME_UNKNOWN" -> Kind.NAME_UNKNOWN;
      case "DENIED" -> Kind.DENIED;
      case "UNAUTHORIZED" -> Kind.UNAUTHORIZED;
      default -> status == 401 ? Kind.UNAUTHORIZED : Kind.UNAVAILABLE;
    };
  }

  /** What kept a request from being answered. */
  static RegistryException failure(String method, URI uri, IOException cause) {
    if (cause instanceof RegistryException known) {
      return known;
    }
    String text = request(method, uri) + why(uri, cause);
    return new RegistryException(Kind.UNAVAILABLE, clean(text), cause);
  }

  /** The same, said of the request that it kept from being sent. */
  static RegistryException ofRequest(String method, URI uri, RegistryException cause) {
    return new RegistryException(cause.kind(), request(method, uri) + cause.text(), cause);
  }

  private static String request(String method, URI uri) {
    String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
    return "%s \"%s\": ".formatted(verb, Origins.shown(uri));
  }

  static boolean isPlainHttp(Throwable cause) {
    return cause instanceof SSLException
        && String.valueOf(cause.getMessage()).contains("Unsupported or unrecognized SSL message");
  }

  private static String why(URI uri, IOException cause) {
    String address = Origins.host(uri) + ":" + Origins.port(uri);
    return switch (cause) {
      case HttpConnectTimeoutException _ -> "dial tcp " + address + ": i/o timeout";
      case HttpTimeoutException _ -> "timeout awaiting response headers";
      case ConnectException refused ->
          refused.getCause() instanceof UnresolvedAddressException || isUnresolved(refused)
              ? "dial tcp: lookup " + Origins.host(uri) + ": no such host"
              : "dial tcp " + address + ": connect: connection refused";
      case SSLHandshakeException handshake
          when String.valueOf(handshake.getMessage()).contains("PKIX") ->
          "x509: certificate signed by unknown authority";
      case SSLException tls ->
          isPlainHttp(tls)
              ? "http: server gave HTTP response to HTTPS client"
              : "tls: " + tls.getMessage();
      default -> cause.getMessage() == null ? "EOF" : cause.getMessage();
    };
  }

  private static boolean isUnresolved(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /** A stranger's text: short, one line. */
  private static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
  }
}
