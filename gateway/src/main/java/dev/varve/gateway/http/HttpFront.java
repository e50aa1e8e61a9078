package dev.varve.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into a {@link Handler}'s call and its refusals into Docker's error answers. The
 * one place where gRPC statuses become HTTP's.
 */
public final class HttpFront {
  private static final Logger LOG = Logger.getLogger(HttpFront.class);

  private static final String NO_SERVICE =
      "a service of the engine cannot be reached: it is starting, or has stopped";

  private static final Routes.Match NOT_FOUND =
      new Routes.Match(HttpFront::notFound, true, Map.of());

  private final Routes routes;
  private final Map<String, String> headers;
  private final Doorkeeper door;

  /**
   * @param headers on every answer
   */
  public HttpFront(Routes routes, Map<String, String> headers, Doorkeeper door) {
    this.routes = routes;
    this.headers = Map.copyOf(headers);
    this.door = door;
  }

  /** On the connection's event loop. */
  void accept(HttpServerRequest request) {
    RequestGate gate =
        ((ConnectionBase) request.connection()).channel().pipeline().get(RequestGate.class);
    Context loop = Vertx.currentContext();
    request.response().endHandler(_ -> loop.runOnContext(_ -> gate.release()));
    MultiMap answer = request.response().headers();
    headers.forEach(answer::add);
    Exchange exchange = null;
    try {
      Target target = Target.parse(request.uri());
      door.admit(visit(request, gate, target));
      Routes.Match found = routes.find(request.method().name(), target.path()).orElse(NOT_FOUND);
      exchange = new Exchange(request, this, gate, loop, target, found.names());
      if (found.onLoop()) {
        found.handler().handle(exchange);
      } else {
        exchange.onVirtualThread(found.handler());
      }
    } catch (Exception | LinkageError e) {
      fail(request, gate, exchange, e);
    }
  }

  private static Doorkeeper.Visit visit(
      HttpServerRequest request, RequestGate gate, Target target) {
    String host = request.getHeader("Host");
    String origin = request.getHeader("Origin");
    return new Doorkeeper.Visit(
        gate.peer(), target.path(), host == null ? "" : host, origin == null ? "" : origin);
  }

  /** On the exchange's virtual thread. */
  void serve(HttpServerRequest request, RequestGate gate, Exchange exchange, Handler handler) {
    try {
      handler.handle(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warnf(
          "request interrupted, connection closed request=\"%s\" actor=%s id=%s",
          LogText.escape(exchange.describe()), exchange.actor(), exchange.id());
      request.connection().close();
    } catch (Exception | LinkageError e) {
      fail(request, gate, exchange, e);
    }
  }

  private static void notFound(Exchange exchange) throws Refusal {
    throw Refusal.notFound("page not found");
  }

  /** Answers with an error, or breaks off what was begun. */
  void fail(
      HttpServerRequest request, RequestGate gate, @Nullable Exchange exchange, Throwable cause) {
    if (gate.isClosed() || cause instanceof IOException && request.response().closed()) {
      LOG.debugf(cause, "client of %s went away", request.method());
      return;
    }
    Refusal refusal =
        door.said(exchange == null ? request.path() : exchange.path(), refusalOf(cause));
    String what = exchange == null ? request.method() + " " + request.path() : exchange.describe();
    String format = "request refused status=%d request=\"%s\" actor=%s id=%s message=\"%s\"";
    Object[] facts = {
      refusal.status(),
      LogText.escape(what),
      exchange == null ? gate.peer().actor() : exchange.actor(),
      exchange == null ? "-" : exchange.id(),
      LogText.escape(refusal.text())
    };
    if (refusal.status() == 500) {
      LOG.errorf(cause, format, facts);
    } else {
      LOG.infof(format, facts);
    }
    if (exchange != null && exchange.isAnswered()) {
      exchange.abort();
      return;
    }
    if (exchange != null && exchange.refusedAsText(refusal)) {
      return;
    }
    if (exchange != null) {
      exchange.refuse(refusal);
      return;
    }
    byte[] body = Json.bytes(refusal.body());
    request
        .response()
        .setStatusCode(refusal.status())
        .putHeader("Content-Type", "application/json")
        .end(Buffer.buffer(body).appendByte((byte) '\n'));
  }

  private static Refusal refusalOf(Throwable cause) {
    return switch (cause) {
      case Refusal refusal -> refusal;
      case StatusException e -> ofStatus(e.getStatus());
      case StatusRuntimeException e -> ofStatus(e.getStatus());
      default -> new Refusal(500, String.valueOf(cause.getMessage()));
    };
  }

  /** A service's status in HTTP; its description is already the text for the client. */
  static Refusal ofStatus(Status status) {
    String text =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new Refusal(400, text);
      case UNAUTHENTICATED -> new Refusal(401, text);
      case PERMISSION_DENIED -> new Refusal(403, text);
      case NOT_FOUND -> new Refusal(404, text);
      case FAILED_PRECONDITION, ALREADY_EXISTS, ABORTED -> new Refusal(409, text);
      case UNIMPLEMENTED -> new Refusal(501, text);
      case UNAVAILABLE -> new Refusal(503, isOfTransport(status) ? NO_SERVICE : text);
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, DATA_LOSS ->
          new Refusal(500, text);
    };
  }

  /** Said by the transport on this side, in its own words, and not by a service. */
  private static boolean isOfTransport(Status status) {
    String text = status.getDescription();
    return status.getCause() != null || text == null || text.startsWith("Could not find server");
  }
}
