package dev.varve.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One request and its answer, as a {@link Handler} sees them. */
public final class Exchange {
  /** Bytes of JSON that one request may carry. */
  static final int MAX_JSON = 4 << 20;

  /** With {@link #COUNT}, unique ids that cost no random numbers. */
  private static final long PROCESS = UUID.randomUUID().getMostSignificantBits();

  private static final AtomicLong COUNT =
      new AtomicLong(UUID.randomUUID().getLeastSignificantBits());

  private final String id = new UUID(PROCESS, COUNT.getAndIncrement()).toString();
  private final HttpServerRequest request;
  private final HttpFront front;
  private final RequestGate gate;
  private final Context loop;
  private final ApiVersion version;
  private final Query query;
  private final String path;
  private final Map<String, String> names;
  private @Nullable BodyReader body;
  private volatile boolean takenOver;
  private volatile boolean finished;
  private volatile @Nullable String refusalType;
  private volatile @Nullable String actor;

  Exchange(
      HttpServerRequest request,
      HttpFront front,
      RequestGate gate,
      Context loop,
      Target target,
      Map<String, String> names) {
    this.request = request;
    this.front = front;
    this.gate = gate;
    this.loop = loop;
    this.version = target.version();
    this.query = target.query();
    this.path = target.path();
    this.names = names;
  }

  /**
   * Goes on on a virtual thread, where the handler may block and read the body. To be called on the
   * event loop, at most once, and last.
   */
  public void onVirtualThread(Handler rest) {
    request.pause();
    BodyReader reader = new BodyReader(request, loop);
    body = reader;
    Thread.startVirtualThread(() -> {
      try {
        front.serve(request, gate, this, rest);
      } finally {
        reader.discard();
      }
    });
  }

  /** Answers with an error: for a handler that answers later and so cannot throw. */
  public void fail(Throwable cause) {
    front.fail(request, gate, this, cause);
  }

  /** Unique; the cause of the events that this request leads to. */
  public String id() {
    return id;
  }

  public Peer peer() {
    return gate.peer();
  }

  /** For whom the request is made: the peer, or whom it proved to be. */
  public String actor() {
    String proved = actor;
    return proved == null ? gate.peer().actor() : proved;
  }

  /**
   * The request is made for somebody whom it has named and proved.
   *
   * @param name printable ASCII
   */
  public void actAs(String name) {
    actor = gate.peer().actor() + ",user=" + name;
  }

  public String method() {
    return request.method().name();
  }

  public ApiVersion version() {
    return version;
  }

  public Query query() {
    return query;
  }

  /** Without the version and the query. */
  public String path() {
    return path;
  }

  /** The part of the path that the route names so. */
  public String name(String name) {
    return names.getOrDefault(name, "");
  }

  public boolean isHead() {
    return request.method() == HttpMethod.HEAD;
  }

  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /** All values of a header. */
  public List<String> headers(String name) {
    return request.headers().getAll(name);
  }

  /** Whether the client asked to leave HTTP. */
  public boolean wantsUpgrade() {
    return request.headers().contains("Upgrade");
  }

  /** The declared length; -1 when the body is chunked. */
  public long declaredLength() {
    if (request.headers().contains("Transfer-Encoding")) {
      return -1;
    }
    String length = request.getHeader("Content-Length");
    return length == null ? 0 : Long.parseLong(length);
  }

  /** The body, of any length; on the virtual thread only. */
  public BodyReader body() {
    BodyReader reader = body;
    if (reader == null) {
      throw new IllegalStateException("no body is read on the event loop");
    }
    return reader;
  }

  /**
   * The body as JSON; missing when the body is empty.
   *
   * @throws Refusal 400 or 413
   */
  public JsonNode json() throws Refusal, IOException, InterruptedException {
    if (declaredLength() > MAX_JSON) {
      throw new Refusal(413, "request body too large");
    }
    BodyReader reader = body();
    ByteString collected = ByteString.EMPTY;
    for (ByteString piece = reader.next(); piece != null; piece = reader.next()) {
      collected = collected.concat(piece);
      if (collected.size() > MAX_JSON) {
        throw new Refusal(413, "request body too large");
      }
    }
    String type = request.getHeader("Content-Type");
    if (type == null && collected.isEmpty()) {
      return MissingNode.getInstance();
    }
    requireJson(type == null ? "" : type);
    return collected.isEmpty() ? MissingNode.getInstance() : Json.parse(collected.toByteArray());
  }

  /**
   * The body as JSON, which must be there.
   *
   * @throws Refusal 400 or 413
   */
  public JsonNode requiredJson() throws Refusal, IOException, InterruptedException {
    JsonNode json = json();
    if (json.isMissingNode()) {
      throw Refusal.badRequest("invalid JSON: got EOF while reading request body");
    }
    return json;
  }

  private static void requireJson(String type) throws Refusal {
    int semicolon = type.indexOf(';');
    String media = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    if (media.isEmpty()) {
      throw Refusal.badRequest("malformed Content-Type header (): mime: no media type");
    }
    if (!media.toLowerCase(Locale.ROOT).equals("application/json")) {
      throw Refusal.badRequest(
          "unsupported Content-Type header (" + type + "): must be 'application/json'");
    }
  }

  public void setHeader(String name, String value) {
    request.response().putHeader(name, value);
  }

  /** Answers without a body. */
  public void status(int status) {
    request.response().setStatusCode(status);
    finish(Buffer.buffer());
  }

  /** Answers with a JSON value and a newline. */
  public void json(int status, Object value) {
    json(status, Json.bytes(value));
  }

  /** Answers with these bytes; to a HEAD, with their length. */
  public void bytes(int status, String contentType, byte[] body) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader("Content-Type", contentType);
    response.putHeader("Content-Length", Integer.toString(body.length));
    finish(isHead() ? Buffer.buffer() : Buffer.buffer(body));
  }

  /** Answers a HEAD with the length of what a GET would bring. */
  public void head(int status, String contentType, long length) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader("Content-Type", contentType);
    response.putHeader("Content-Length", Long.toString(length));
    finish(Buffer.buffer());
  }

  /** Answers with JSON that is written already, and a newline. */
  public void json(int status, byte[] json) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader("Content-Type", "application/json");
    finish(Buffer.buffer(json.length + 1).appendBytes(json).appendByte((byte) '\n'));
  }

  /** Answers with an error. */
  void refuse(Refusal refusal) {
    refusal.headers().forEach(this::setHeader);
    json(refusal.status(), refusal.body());
  }

  public void text(int status, String text) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader("Content-Type", "text/plain; charset=utf-8");
    if (isHead()) {
      response.putHeader("Content-Length", "0");
      finish(Buffer.buffer());
    } else {
      finish(Buffer.buffer(text));
    }
  }

  /** Sends the headers at once and leaves the body to the caller, who ends it with {@link #end}. */
  public ResponseStream stream(int status, String contentType) {
    ResponseStream stream = gatheringStream(status, contentType);
    request.response().write(Buffer.buffer());
    return stream;
  }

  /** The same, whose headers go with the first bytes, or with the end when there are none. */
  public ResponseStream gatheringStream(int status, String contentType) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).setChunked(true).putHeader("Content-Type", contentType);
    return new ResponseStream(response, gate);
  }

  /** The same for a body whose length is known. */
  public ResponseStream stream(int status, String contentType, long length) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader("Content-Type", contentType);
    response.putHeader("Content-Length", Long.toString(length));
    return new ResponseStream(response, gate);
  }

  /** Ends a streamed answer well. */
  public void end() {
    finish(Buffer.buffer());
  }

  /** The same with its last bytes, which may be none; nobody changes them any more. */
  public void end(ByteBuffer last) {
    finish(BufferImpl.buffer(Unpooled.wrappedBuffer(last)));
  }

  /**
   * On the event loop: there Vert.x has done with this request before the gate, told of the end,
   * lets the next one through. Off it, the next may come first and is never served.
   */
  private void finish(Buffer rest) {
    finished = true;
    if (Vertx.currentContext() == loop) {
      finishNow(rest);
    } else {
      loop.runOnContext(_ -> finishNow(rest));
    }
  }

  private void finishNow(Buffer rest) {
    HttpServerResponse response = request.response();
    if (!response.closed() && !response.ended()) {
      response.end(rest);
    }
  }

  /** Breaks a streamed answer off, so that the client does not take it for whole. */
  public void abort() {
    loop.runOnContext(_ -> request.connection().close());
  }

  public boolean isAnswered() {
    return takenOver || finished || request.response().headWritten() || request.response().ended();
  }

  public void onClose(Runnable action) {
    gate.onClose(action);
  }

  /**
   * Ends HTTP on the connection, which from now on carries bytes both ways.
   *
   * @param contentType of what the client will read
   * @param ordinaryHeaders whether those of all answers are sent as well: Docker's attach has none
   */
  public StreamConnection takeOver(String contentType, boolean ordinaryHeaders)
      throws InterruptedException {
    StringBuilder head = new StringBuilder(256);
    head.append(wantsUpgrade() ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
    head.append("Content-Type: ").append(contentType).append("\r\n");
    if (wantsUpgrade()) {
      head.append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
    }
    if (ordinaryHeaders) {
      for (Map.Entry<String, String> header : request.response().headers()) {
        head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
      }
    }
    return takeOver(head.append("\r\n").toString());
  }

  /**
   * Ends HTTP for a WebSocket, which carries binary messages to the client.
   *
   * @param text text messages instead
   * @throws Refusal when the request is no proper opening handshake, or a foreign web page's
   */
  public StreamConnection takeOverAsWebSocket(boolean text) throws Refusal, InterruptedException {
    String head = WebSocketHandshake.answer(request.headers());
    return new WebSocketConnection(takeOver(head), text);
  }

  /**
   * @throws Refusal as {@link #takeOverAsWebSocket}, so that nothing is begun for it
   */
  public void checkWebSocket() throws Refusal {
    String unused = WebSocketHandshake.answer(request.headers());
  }

  /** Whether the client asked to go on with HTTP/2, as those of gRPC do. */
  public boolean wantsHttp2() {
    return "h2c".equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  /** Goes on with HTTP/2 for a client that {@link #wantsHttp2}. */
  public GrpcConnection takeOverForGrpc() throws InterruptedException {
    String head = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    return new GrpcConnection(takeOver(head));
  }

  private RawConnection takeOver(String head) throws InterruptedException {
    takenOver = true;
    CompletableFuture<RawConnection> taken = new CompletableFuture<>();
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    loop.runOnContext(_ -> taken.complete(gate.takeOver(Unpooled.wrappedBuffer(bytes))));
    try {
      return taken.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * From now on a refusal is bare text of this content type, and ends the connection: Docker's
   * attach answers so, before as well as after the upgrade.
   */
  public void refuseAsText(String contentType) {
    refusalType = contentType;
  }

  /** Answers so if {@link #refuseAsText} was called; false when it was not. */
  boolean refusedAsText(Refusal refusal) {
    String type = refusalType;
    if (type == null) {
      return false;
    }
    String answer =
        "HTTP/1.1 "
            + HttpResponseStatus.valueOf(refusal.status())
            + "\r\nContent-Type: "
            + type
            + "\r\n\r\n"
            + refusal.text()
            + "\r\n";
    takenOver = true;
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    loop.runOnContext(_ -> gate.takeOver(Unpooled.wrappedBuffer(bytes)).finish());
    return true;
  }

  /** For the log: the method and the path, never the query, which may hold secrets. */
  String describe() {
    return request.method() + " " + path;
  }

  boolean isTakenOver() {
    return takenOver;
  }
}
