package dev.varve.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that can be made to lie: honest by default, and any path may get its own handler. */
final class FakeRegistry implements AutoCloseable {
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  /** A request as it came. */
  record Seen(String method, String path, Map<String, String> headers) {}

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    on("/v2/", exchange -> answer(exchange, 200, "application/json", TestImage.bytes("{}")));
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String name(String rest) {
    return authority() + "/" + rest;
  }

  FakeRegistry on(String path, HttpHandler handler) {
    handlers.put(path, handler);
    return this;
  }

  /** Serves a blob of the repository {@code t/x}. */
  Digest blob(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    on(blobPath(digest), exchange -> ranged(exchange, bytes));
    return digest;
  }

  static String blobPath(Digest digest) {
    return "/v2/t/x/blobs/" + digest;
  }

  /** Serves a manifest of the repository {@code t/x} by tag and digest. */
  Digest manifest(String tag, String mediaType, String json) {
    byte[] bytes = TestImage.bytes(json);
    Digest digest = Digest.of(bytes);
    HttpHandler handler =
        exchange -> {
          exchange.getResponseHeaders().add("Docker-Content-Digest", digest.value());
          answer(exchange, 200, mediaType, bytes);
        };
    on("/v2/t/x/manifests/" + tag, handler);
    on("/v2/t/x/manifests/" + digest, handler);
    return digest;
  }

  /** Serves an image with gzipped layers as {@code t/x:1}. */
  Digest image(TestImage image) {
    return manifest("1", OCI_MANIFEST, manifestJson(image));
  }

  /** The manifest of an image, whose blobs are served from now on. */
  String manifestJson(TestImage image) {
    StringBuilder layers = new StringBuilder();
    for (byte[] layer : image.layers()) {
      byte[] packed = Tar.gzip(layer);
      layers
          .append(layers.isEmpty() ? "" : ",")
          .append(TestImage.descriptor(blob(packed), OCI_LAYER, packed));
    }
    byte[] config = TestImage.bytes(image.configJson());
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(OCI_MANIFEST, TestImage.descriptor(blob(config), OCI_CONFIG, config), layers);
  }

  List<Seen> seen() {
    return seen;
  }

  long count(String path) {
    return seen.stream().filter(it -> it.method().equals("GET") && it.path().equals(path)).count();
  }

  static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  static void ranged(HttpExchange exchange, byte[] bytes) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      answer(exchange, 200, "application/octet-stream", bytes);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    exchange
        .getResponseHeaders()
        .add("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
    byte[] rest = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    answer(exchange, 206, "application/octet-stream", rest);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) ->
            headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
    seen.add(new Seen(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), headers));
    HttpHandler handler = handlers.get(exchange.getRequestURI().getPath());
    if (handler == null) {
      String unknown =
          "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";
      answer(exchange, 404, "application/json", TestImage.bytes(unknown));
      return;
    }
    handler.handle(exchange);
  }
}
