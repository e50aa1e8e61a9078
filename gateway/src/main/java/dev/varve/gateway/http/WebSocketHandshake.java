package dev.varve.gateway.http;

import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The opening of a WebSocket, RFC 6455, section 4.2. Offers no subprotocol and no extension. */
final class WebSocketHandshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private WebSocketHandshake() {}

  /**
   * The head of the answer.
   *
   * @throws Refusal when the request is no proper opening, or comes from another site's page: a
   *     browser lets any page open one, and tells only here whose page it is
   */
  static String answer(MultiMap headers) throws Refusal {
    String key = headers.get("Sec-WebSocket-Key");
    if (!has(headers, "Upgrade", "websocket")
        || !has(headers, "Connection", "upgrade")
        || key == null
        || !isKey(key)) {
      throw Refusal.badRequest("bad WebSocket handshake");
    }
    if (!WebSocketVersion.V13.toHttpHeaderValue().equals(headers.get("Sec-WebSocket-Version"))) {
      throw Refusal.badRequest("missing or bad WebSocket version: 13 is spoken here");
    }
    if (!isSameSite(headers.get("Origin"), headers.get("Host"))) {
      throw new Refusal(403, "the WebSocket was opened by a page of another origin");
    }
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + accept(key)
        + "\r\n\r\n";
  }

  private static boolean has(MultiMap headers, String name, String token) {
    return headers.getAll(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(value -> value.strip().equalsIgnoreCase(token));
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What is no browser sends no origin. */
  private static boolean isSameSite(@Nullable String origin, @Nullable String host) {
    if (origin == null) {
      return true;
    }
    int scheme = origin.indexOf("://");
    return scheme > 0
        && host != null
        && origin
            .substring(scheme + 3)
            .toLowerCase(Locale.ROOT)
            .equals(host.toLowerCase(Locale.ROOT));
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
