package dev.varve.e2e.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * HTTP/1.1 by hand over the engine's socket, a connection per request: nothing is added to or taken
 * from what the engine says.
 */
record Wire(Path socket) {
  private static final Map<String, String> UPGRADE =
      Map.of("Connection", "Upgrade", "Upgrade", "tcp");

  Reply get(String path) {
    return call("GET", path, Map.of(), new byte[0]);
  }

  Reply delete(String path) {
    return call("DELETE", path, Map.of(), new byte[0]);
  }

  /** A POST without a body. */
  Reply post(String path) {
    return call("POST", path, Map.of(), new byte[0]);
  }

  /** A POST of a JSON text. */
  Reply post(String path, String json) {
    return call("POST", path, Map.of("Content-Type", "application/json"), bytes(json));
  }

  /** A POST of a tar. */
  Reply postTar(String path, byte[] tar) {
    return call("POST", path, Map.of("Content-Type", "application/x-tar"), tar);
  }

  Reply call(String method, String path, Map<String, String> headers, byte[] body) {
    try (Exchange exchange = open(method, path, headers, body)) {
      return exchange.reply(method);
    }
  }

  /** A request whose answer is read piece by piece. */
  Exchange open(String method, String path, Map<String, String> headers, byte[] body) {
    return Exchange.open(socket, request(method, path, headers, body));
  }

  /** A POST that asks for the connection itself, as attach and exec do. */
  Exchange upgrade(String path, String json) {
    Map<String, String> headers = new LinkedHashMap<>(UPGRADE);
    if (!json.isEmpty()) {
      headers.put("Content-Type", "application/json");
    }
    return open("POST", path, headers, bytes(json));
  }

  /** As {@link #upgrade}, with bytes for the process in the same write as the request. */
  Exchange upgradeAndWrite(String path, String following) {
    byte[] head = request("POST", path, UPGRADE, new byte[0]);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(bytes(following));
    return Exchange.open(socket, all.toByteArray());
  }

  private static byte[] request(
      String method, String path, Map<String, String> headers, byte[] body) {
    StringBuilder head =
        new StringBuilder("%s %s HTTP/1.1\r\nHost: docker\r\n".formatted(method, path));
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (!headers.containsKey("Connection")) {
      head.append("Connection: close\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(bytes(head.append("\r\n").toString()));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
