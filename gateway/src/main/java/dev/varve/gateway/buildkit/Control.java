package dev.varve.gateway.buildkit;

import com.google.protobuf.Timestamp;
import dev.varve.api.buildkit.control.ControlGrpc;
import dev.varve.api.buildkit.control.DiskUsageRequest;
import dev.varve.api.buildkit.control.DiskUsageResponse;
import dev.varve.api.buildkit.control.InfoRequest;
import dev.varve.api.buildkit.control.InfoResponse;
import dev.varve.api.buildkit.control.ListWorkersRequest;
import dev.varve.api.buildkit.control.ListWorkersResponse;
import dev.varve.api.buildkit.control.PruneRequest;
import dev.varve.api.buildkit.control.SolveRequest;
import dev.varve.api.buildkit.control.SolveResponse;
import dev.varve.api.buildkit.control.StatusRequest;
import dev.varve.api.buildkit.control.StatusResponse;
import dev.varve.api.buildkit.control.UsageRecord;
import dev.varve.api.container.v1.AddressPool;
import dev.varve.api.container.v1.ContainersGrpc;
import dev.varve.api.container.v1.InspectNetworkRequest;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.CacheEntry;
import dev.varve.api.image.v1.ListCacheRequest;
import dev.varve.api.transport.Outbound;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Builds, and the cache that they leave. On virtual threads. */
final class Control extends ControlGrpc.ControlImplBase {
  private static final long NANOS = 1_000_000_000L;

  private final Solves solves;
  private final String engine;

  Control(Solves solves, String engine) {
    this.solves = solves;
    this.engine = engine;
  }

  @Override
  public void listWorkers(
      ListWorkersRequest request, StreamObserver<ListWorkersResponse> responses) {
    Faults.answer(
        responses,
        () -> ListWorkersResponse.newBuilder().addRecord(Worker.record(engine, gateway())).build());
  }

  /** Of the default bridge; empty when there is none. */
  private String gateway() throws StatusException {
    try {
      return ContainersGrpc.newBlockingV2Stub(solves.containers())
          .withInterceptors(solves.caller().asInterceptor())
          .inspectNetwork(InspectNetworkRequest.newBuilder().setId("bridge").build())
          .getPoolsList()
          .stream()
          .map(AddressPool::getGateway)
          .filter(address -> !address.isEmpty())
          .findFirst()
          .orElse("");
    } catch (StatusException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return "";
      }
      throw e;
    }
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoResponse> responses) {
    Faults.answer(
        responses,
        () -> InfoResponse.newBuilder().setBuildkitVersion(Worker.version(engine)).build());
  }

  @Override
  public void solve(SolveRequest request, StreamObserver<SolveResponse> responses) {
    Faults.answer(
        responses,
        () -> SolveResponse.newBuilder().putAllExporterResponse(solves.carryOut(request)).build());
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> responses) {
    Outbound<StatusResponse> outbound = new Outbound<>(responses);
    // gRPC tells of room and of the client's end on this thread, when it is free.
    Thread.ofVirtual().name("build-status").start(() -> follow(request.getRef(), outbound));
  }

  private void follow(String ref, Outbound<StatusResponse> outbound) {
    try {
      solves.get(ref).feed().follow(outbound::send);
      outbound.complete();
    } catch (StatusException e) {
      outbound.fail(e.getStatus());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void diskUsage(DiskUsageRequest request, StreamObserver<DiskUsageResponse> responses) {
    Faults.answer(
        responses,
        () -> {
          if (request.getFilterList().stream().anyMatch(filter -> !filter.isEmpty())) {
            throw Faults.of("the cache is listed whole: filters are not there");
          }
          List<CacheEntry> entries =
              builds().listCache(ListCacheRequest.getDefaultInstance()).getEntriesList();
          return DiskUsageResponse.newBuilder()
              .addAllRecord(entries.stream().map(Control::record).toList())
              .build();
        });
  }

  /** Answers with what went: an entry tells its size only as long as it is there. */
  @Override
  public void prune(PruneRequest request, StreamObserver<UsageRecord> responses) {
    try {
      CachePrune.run(builds(), request).forEach(it -> responses.onNext(record(it)));
      responses.onCompleted();
    } catch (StatusException | StatusRuntimeException e) {
      responses.onError(Faults.shown(e));
    }
  }

  private BuildsGrpc.BuildsBlockingV2Stub builds() {
    return BuildsGrpc.newBlockingV2Stub(solves.images())
        .withInterceptors(solves.caller().asInterceptor());
  }

  private static UsageRecord record(CacheEntry entry) {
    return UsageRecord.newBuilder()
        .setId(entry.getId())
        .addAllParents(entry.getParentsList())
        .setDescription(entry.getDescription())
        .setSize(entry.getSize())
        .setInUse(entry.getInUse())
        .setShared(entry.getShared())
        .setCreatedAt(time(entry.getCreatedNanos()))
        .setLastUsedAt(time(entry.getLastUsedNanos()))
        .setUsageCount(entry.getUsages())
        .setRecordType(entry.getType())
        .build();
  }

  private static Timestamp time(long nanos) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(nanos, NANOS))
        .setNanos((int) Math.floorMod(nanos, NANOS))
        .build();
  }
}
