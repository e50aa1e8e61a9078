package dev.varve.gateway.route;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.container.v1.AttachOptions;
import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.gateway.docker.Frames;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Routes;
import io.grpc.stub.BlockingClientCall;

/** Attaching to a container's standard streams. */
final class AttachRoutes {
  private static final int BINARY_WEB_SOCKETS = 28;

  private final Services services;

  AttachRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/{id}/attach", this::attach);
    routes.add("GET", "/containers/{id}/attach/ws", this::attachByWebSocket);
  }

  private void attach(Exchange exchange) throws Exception {
    exchange.refuseAsText(Frames.RAW);
    AttachOptions options = options(exchange).build();
    BlockingClientCall<AttachRequest, AttachResponse> call = call(exchange, options);
    boolean tty = attached(call);
    pump(call, tty, options).run(exchange.takeOver(contentType(exchange, tty), false));
  }

  /** Its output is never framed, terminal or not. */
  private void attachByWebSocket(Exchange exchange) throws Exception {
    AttachOptions options = options(exchange).setRaw(true).build();
    exchange.checkWebSocket();
    BlockingClientCall<AttachRequest, AttachResponse> call = call(exchange, options);
    boolean unused = attached(call);
    pump(call, true, options)
        .run(exchange.takeOverAsWebSocket(!exchange.version().atLeast(BINARY_WEB_SOCKETS)));
  }

  private static AttachOptions.Builder options(Exchange exchange) {
    Query query = exchange.query();
    return AttachOptions.newBuilder()
        .setId(exchange.name("id"))
        .setStdin(query.flag("stdin") && query.flag("stream"))
        .setStdout(query.flag("stdout"))
        .setStderr(query.flag("stderr"))
        .setLogs(query.flag("logs"))
        .setStream(query.flag("stream"))
        .setDetachKeys(query.text("detachKeys"));
  }

  private BlockingClientCall<AttachRequest, AttachResponse> call(
      Exchange exchange, AttachOptions options) throws Exception {
    BlockingClientCall<AttachRequest, AttachResponse> call =
        Services.tied(exchange, services.containers(exchange).attach());
    call.write(AttachRequest.newBuilder().setOptions(options).build());
    return call;
  }

  private static StreamPump<AttachRequest> pump(
      BlockingClientCall<AttachRequest, AttachResponse> call, boolean raw, AttachOptions options) {
    return new StreamPump<>(
        call,
        raw,
        options.getStdin(),
        bytes ->
            AttachRequest.newBuilder().setStdin(UnsafeByteOperations.unsafeWrap(bytes)).build(),
        AttachRequest.newBuilder().setStdinClosed(true).build(),
        Frames.SYSTEM_ERROR);
  }

  /** Waits for the service's word that the streams are attached; tells whether to a terminal. */
  static boolean attached(BlockingClientCall<?, AttachResponse> call) throws Exception {
    AttachResponse first = call.read();
    if (first == null || !first.hasAttached()) {
      throw new IllegalStateException("the container service has not said that it attached");
    }
    return first.getAttached().getTty();
  }

  static String contentType(Exchange exchange, boolean tty) {
    return !tty && exchange.wantsUpgrade() && exchange.version().atLeast(42)
        ? Frames.MULTIPLEXED
        : Frames.RAW;
  }
}
