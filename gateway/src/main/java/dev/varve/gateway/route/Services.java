package dev.varve.gateway.route;

import com.google.common.util.concurrent.MoreExecutors;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.ContainersGrpc.ContainersBlockingV2Stub;
import dev.varve.api.container.v1.ContainersGrpc.ContainersStub;
import dev.varve.api.container.v1.LeasesGrpc;
import dev.varve.api.container.v1.LeasesGrpc.LeasesBlockingV2Stub;
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
import dev.varve.gateway.http.Refusal;
import io.grpc.Channel;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;

/**
 * The services behind the gateway. Every call says for whom it is made.
 *
 * @param lease what is made is made under it; empty for none
 */
public record Services(Channel images, Channel containers, Channel snapshots, String lease) {
  /** On all that is made under a lease: its id. */
  private static final String LEASE_LABEL = "dev.varve.lease";

  public Services(Channel images, Channel containers, Channel snapshots) {
    this(images, containers, snapshots, "");
  }

  /** The same, for what is made under a lease. */
  public Services under(String leaseId) {
    return new Services(images, containers, snapshots, leaseId);
  }

  /**
   * The labels of something that is to be made.
   *
   * @throws Refusal 400 when a client says itself what the engine alone does
   */
  Map<String, String> labels(Map<String, String> asked) throws Refusal {
    if (asked.containsKey(LEASE_LABEL)) {
      throw Refusal.badRequest("label " + LEASE_LABEL + " is the engine's own");
    }
    if (lease.isEmpty()) {
      return asked;
    }
    Map<String, String> all = new HashMap<>(asked);
    all.put(LEASE_LABEL, lease);
    return all;
  }

  LeasesBlockingV2Stub leases(Exchange exchange) {
    return LeasesGrpc.newBlockingV2Stub(containers)
        .withInterceptors(context(exchange).asInterceptor());
  }

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
