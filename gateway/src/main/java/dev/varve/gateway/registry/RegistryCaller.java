package dev.varve.gateway.registry;

import dev.varve.api.image.v1.RepositoriesGrpc;
import dev.varve.api.image.v1.RepositoriesGrpc.RepositoriesBlockingV2Stub;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.route.Services;
import io.grpc.Channel;

/** The image service, called for the one who makes a request. */
record RegistryCaller(Channel images) {
  RepositoriesBlockingV2Stub on(Exchange exchange) {
    return RepositoriesGrpc.newBlockingV2Stub(images)
        .withInterceptors(Services.context(exchange).asInterceptor());
  }
}
