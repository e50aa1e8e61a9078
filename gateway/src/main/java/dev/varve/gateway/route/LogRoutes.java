package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.LogPart;
import dev.varve.api.container.v1.LogsRequest;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.Frames;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A container's log. */
final class LogRoutes {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Services services;

  LogRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/containers/{id}/logs", this::logs);
  }

  private void logs(Exchange exchange) throws Exception {
    Query query = exchange.query();
    if (!query.flag("stdout") && !query.flag("stderr")) {
      throw Refusal.badRequest("must specify at least one of 'stdout' or 'stderr'");
    }
    LogsRequest request =
        LogsRequest.newBuilder()
            .setId(exchange.name("id"))
            .setFollow(query.flag("follow"))
            .setStdout(query.flag("stdout"))
            .setStderr(query.flag("stderr"))
            .setSinceNanos(DockerTime.parse(query.text("since")))
            .setUntilNanos(DockerTime.parse(query.text("until")))
            .setTail(tail(query.text("tail")))
            .setTimestamps(query.flag("timestamps"))
            .setPrefix(query.flag("details") ? details(exchange) + " " : "")
            .build();
    BlockingClientCall<?, LogPart> call =
        Services.tied(exchange, services.containers(exchange).logs(request));
    LogPart first = call.read();
    if (first == null) {
      throw new IllegalStateException("the container service has not opened the log");
    }
    boolean tty = first.getTty();
    String type = !tty && exchange.version().atLeast(42) ? Frames.MULTIPLEXED : Frames.RAW;
    boolean follow = request.getFollow();
    ResponseStream stream =
        follow ? exchange.stream(200, type) : exchange.gatheringStream(200, type);
    // Of a log that is not followed the last part goes with the end: a short one is one packet.
    ByteBuffer held = frames(first);
    try {
      boolean wanted = true;
      for (LogPart part = call.read(); wanted && part != null; part = call.read()) {
        wanted = stream.write(held);
        held = frames(part);
        if (wanted && follow) {
          wanted = stream.write(held);
          held = NOTHING;
        }
      }
    } catch (StatusException e) {
      // The status line is long gone; the error goes in band.
      byte[] text =
          ("Error grabbing logs: " + e.getStatus().getDescription() + "\n")
              .getBytes(StandardCharsets.UTF_8);
      stream.write(held);
      held = ByteBuffer.wrap(tty ? text : Frames.frame(Frames.SYSTEM_ERROR, text));
    }
    exchange.end(held);
  }

  private static ByteBuffer frames(LogPart part) {
    return part.getFrames().asReadOnlyByteBuffer();
  }

  /** The attributes that the container's log options name, as {@code key=value,key=value}. */
  private String details(Exchange exchange) throws StatusException {
    Container container =
        services
            .containers(exchange)
            .inspect(InspectRequest.newBuilder().setId(exchange.name("id")).build());
    return LogAttributes.of(container);
  }

  /** What is no number, or negative, is all. */
  private static long tail(String text) {
    try {
      return Math.max(-1, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
