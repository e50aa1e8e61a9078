package dev.varve.gateway.route;

import com.google.common.util.concurrent.MoreExecutors;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.ContainersGrpc.ContainersBlockingV2Stub;
import dev.varve.api.container.v1.ContainersGrpc.ContainersStub;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.BuildsGrpc.BuildsBlockingV2Stub;
import dev.varve.api.image.v1.CommitsGrpc;
import dev.varve.api.image.v1.CommitsGrpc.CommitsBlockingV2Stub;
import dev.varve.api.image.v1.ImagesGrpc;
import dev.varve.api.image.v1.ImagesGrpc.ImagesBlockingV2Stub;
import dev.varve.api.image.v1.ImagesGrpc.ImagesStub;
import dev.varve.api.snapshot.v1.FilesGrpc;
import dev.varve.api.snapshot.v1.FilesGrpc.FilesBlockingV2Stub;
import dev.varve.api.snapshot.v1.RootContentsGrpc;
import dev.varve.api.snapshot.v1.RootContentsGrpc.RootContentsBlockingV2Stub;
import dev.varve.api.snapshot.v1.VolumesGrpc;
import dev.varve.api.snapshot.v1.VolumesGrpc.VolumesBlockingV2Stub;
import dev.varve.api.transport.CallContext;
import dev.varve.gateway.http.Exchange;
import io.grpc.Channel;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.StreamObserver;

/** The services behind the gateway. Every call says for whom it is made. */
public record Services(Channel images, Channel containers, Channel snapshots) {

  ImagesBlockingV2Stub images(Exchange exchange) {
    return ImagesGrpc.newBlockingV2Stub(images).withInterceptors(context(exchange).asInterceptor());
  }

  FilesBlockingV2Stub files(Exchange exchange) {
    return FilesGrpc.newBlockingV2Stub(snapshots)
        .withInterceptors(context(exchange).asInterceptor());
  }

  VolumesBlockingV2Stub volumes(Exchange exchange) {
    return VolumesGrpc.newBlockingV2Stub(snapshots)
        .withInterceptors(context(exchange).asInterceptor());
  }

  ContainersBlockingV2Stub containers(Exchange exchange) {
    return ContainersGrpc.newBlockingV2Stub(containers)
        .withInterceptors(context(exchange).asInterceptor());
  }

  CommitsBlockingV2Stub commits(Exchange exchange) {
    return CommitsGrpc.newBlockingV2Stub(images)
        .withInterceptors(context(exchange).asInterceptor());
  }

  BuildsBlockingV2Stub builds(Exchange exchange) {
    return BuildsGrpc.newBlockingV2Stub(images).withInterceptors(context(exchange).asInterceptor());
  }

  RootContentsBlockingV2Stub roots(Exchange exchange) {
    return RootContentsGrpc.newBlockingV2Stub(snapshots)
        .withInterceptors(context(exchange).asInterceptor());
  }

  /** For reads on the event loop; what a service in this process has in memory comes at once. */
  ContainersStub containersLater(Exchange exchange) {
    return ContainersGrpc.newStub(containers)
        .withExecutor(MoreExecutors.directExecutor())
        .withInterceptors(context(exchange).asInterceptor());
  }

  ImagesStub imagesLater(Exchange exchange) {
    return ImagesGrpc.newStub(images)
        .withExecutor(MoreExecutors.directExecutor())
        .withInterceptors(context(exchange).asInterceptor());
  }

  /** What to do with an answer that comes later. */
  @FunctionalInterface
  interface Answering<A> {
    void with(A answer) throws Exception;
  }

  /** Takes a read's one answer; a refusal becomes the exchange's. */
  static <A> StreamObserver<A> then(Exchange exchange, Answering<A> answering) {
    return new StreamObserver<>() {
      @Override
      public void onNext(A answer) {
        try {
          answering.with(answer);
        } catch (Exception e) {
          exchange.fail(e);
        }
      }

      @Override
      public void onError(Throwable refusal) {
        exchange.fail(refusal);
      }

      @Override
      public void onCompleted() {}
    };
  }

  /** Ends a streaming call when the client of the request goes away. */
  public static <Q, A> BlockingClientCall<Q, A> tied(
      Exchange exchange, BlockingClientCall<Q, A> call) {
    exchange.onClose(() -> call.cancel("the client went away", null));
    return call;
  }

  public static CallContext context(Exchange exchange) {
    return new CallContext(exchange.actor(), exchange.id(), exchange.id());
  }
}
