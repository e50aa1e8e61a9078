package dev.varve.gateway.route;

import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.container.v1.AttachOptions;
import dev.varve.api.container.v1.AttachRequest;
import dev.varve.api.container.v1.AttachResponse;
import dev.varve.gateway.docker.Frames;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.RawConnection;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.stub.BlockingClientCall;

/** Attaching to a container's standard streams. */
final class AttachRoutes {
  private final Services services;

  AttachRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/{id}/attach", this::attach);
    routes.add(
        "GET",
        "/containers/{id}/attach/ws",
        _ -> {
          throw Refusal.notYet("attach by WebSocket");
        });
  }

  private void attach(Exchange exchange) throws Exception {
    exchange.refuseAsText(Frames.RAW);
    Query query = exchange.query();
    boolean stdin = query.flag("stdin") && query.flag("stream");
    AttachOptions options =
        AttachOptions.newBuilder()
            .setId(exchange.name("id"))
            .setStdin(stdin)
            .setStdout(query.flag("stdout"))
            .setStderr(query.flag("stderr"))
            .setLogs(query.flag("logs"))
            .setStream(query.flag("stream"))
            .setDetachKeys(query.text("detachKeys"))
            .build();
    BlockingClientCall<AttachRequest, AttachResponse> call =
        Services.tied(exchange, services.containers(exchange).attach());
    call.write(AttachRequest.newBuilder().setOptions(options).build());
    boolean tty = attached(call);
    RawConnection connection = exchange.takeOver(contentType(exchange, tty), false);
    new StreamPump<>(
            call,
            tty,
            stdin,
            bytes ->
                AttachRequest.newBuilder().setStdin(UnsafeByteOperations.unsafeWrap(bytes)).build(),
            AttachRequest.newBuilder().setStdinClosed(true).build(),
            Frames.SYSTEM_ERROR)
        .run(connection);
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
