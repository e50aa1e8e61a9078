package dev.varve.container.adapter.grpc;

import com.google.protobuf.Timestamp;
import dev.varve.api.container.v1.EndLeaseRequest;
import dev.varve.api.container.v1.EndLeaseResponse;
import dev.varve.api.container.v1.HoldLeaseRequest;
import dev.varve.api.container.v1.LeasesGrpc;
import dev.varve.api.container.v1.ListLeasesRequest;
import dev.varve.api.container.v1.ListLeasesResponse;
import dev.varve.api.container.v1.OpenLeaseRequest;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.container.application.Leases;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.LeaseEvent;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;

/** The leases' gRPC API: translation only. */
public final class LeasesEndpoint extends LeasesGrpc.LeasesImplBase {
  private final Leases leases;

  public LeasesEndpoint(Leases leases) {
    this.leases = leases;
  }

  @Override
  public void open(
      OpenLeaseRequest request, StreamObserver<dev.varve.api.container.v1.Lease> responses) {
    Calls.answer(
        responses,
        () ->
            message(
                leases.open(
                    Calls.cause(),
                    request.getName(),
                    request.getGraceNanos() == 0
                        ? Leases.DEFAULT_GRACE
                        : Duration.ofNanos(request.getGraceNanos()))));
  }

  @Override
  public StreamObserver<HoldLeaseRequest> hold(
      StreamObserver<dev.varve.api.container.v1.Lease> responses) {
    Inbound<HoldLeaseRequest> requests = new Inbound<>(responses);
    Outbound<dev.varve.api.container.v1.Lease> answers = new Outbound<>(responses);
    Thread.ofVirtual().name("lease").start(() -> hold(requests, answers));
    return requests;
  }

  /** From the first message to the caller's end, or the lease's, whichever way that comes. */
  private void hold(
      Inbound<HoldLeaseRequest> requests, Outbound<dev.varve.api.container.v1.Lease> responses) {
    try {
      HoldLeaseRequest first = requests.next();
      if (first != null) {
        try (Leases.Hold hold = leases.hold(first.getId())) {
          hold.whenOver(requests::onCompleted);
          responses.send(message(hold.lease()));
          requests.next();
        }
      }
      responses.complete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      responses.fail(Calls.status(e));
    }
  }

  @Override
  public void end(EndLeaseRequest request, StreamObserver<EndLeaseResponse> responses) {
    Calls.answer(
        responses,
        () -> {
          leases.end(
              Calls.cause(),
              request.getId(),
              request.getHolderGone() ? LeaseEvent.Reason.HOLDER_GONE : LeaseEvent.Reason.RELEASED);
          return EndLeaseResponse.getDefaultInstance();
        });
  }

  @Override
  public void list(ListLeasesRequest request, StreamObserver<ListLeasesResponse> responses) {
    Calls.answer(
        responses,
        () ->
            ListLeasesResponse.newBuilder()
                .addAllLeases(leases.list().stream().map(this::message).toList())
                .build());
  }

  private dev.varve.api.container.v1.Lease message(Lease it) {
    return dev.varve.api.container.v1.Lease.newBuilder()
        .setId(it.id())
        .setName(it.name())
        .setGraceNanos(it.grace().toNanos())
        .setOpenedAt(
            Timestamp.newBuilder()
                .setSeconds(it.openedAt().getEpochSecond())
                .setNanos(it.openedAt().getNano()))
        .setHeld(leases.isHeld(it.id()))
        .build();
  }
}
