package dev.varve.gateway.route;

import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.ContainersGrpc.ContainersBlockingV2Stub;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ImagesGrpc.ImagesBlockingV2Stub;
import dev.varve.api.transport.CallContext;
import dev.varve.gateway.http.Exchange;
import io.grpc.Channel;
import io.grpc.stub.BlockingClientCall;

/** The services behind the gateway. Every call says for whom it is made. */
public record Services(Channel images, Channel containers) {

  ImagesBlockingV2Stub images(Exchange exchange) {
    return ImagesGrpc.newBlockingV2Stub(images).withInterceptors(context(exchange).asInterceptor());
  }

  ContainersBlockingV2Stub containers(Exchange exchange) {
    return ContainersGrpc.newBlockingV2Stub(containers)
        .withInterceptors(context(exchange).asInterceptor());
  }

  /** Ends a streaming call when the client of the request goes away. */
  static <Q, A> BlockingClientCall<Q, A> tied(Exchange exchange, BlockingClientCall<Q, A> call) {
    exchange.onClose(() -> call.cancel("the client went away", null));
    return call;
  }

  private static CallContext context(Exchange exchange) {
    return new CallContext(exchange.peer().actor(), exchange.id(), exchange.id());
  }
}
