package dev.varve.snapshot.adapter.grpc;

import dev.varve.api.snapshot.v1.SnapshotsGrpc;
import dev.varve.api.snapshot.v1.SummaryRequest;
import dev.varve.api.snapshot.v1.SummaryResponse;
import dev.varve.api.snapshot.v1.UsageRequest;
import dev.varve.api.snapshot.v1.UsageResponse;
import dev.varve.api.snapshot.v1.UsagesRequest;
import dev.varve.api.snapshot.v1.UsagesResponse;
import dev.varve.snapshot.application.Inspection;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** The service's gRPC face; called on virtual threads. */
public final class SnapshotsEndpoint extends SnapshotsGrpc.SnapshotsImplBase {
  private final Inspection inspection;

  public SnapshotsEndpoint(Inspection inspection) {
    this.inspection = inspection;
  }

  @FunctionalInterface
  private interface Question<A> {
    A answer() throws IOException;
  }

  @Override
  public void usage(UsageRequest request, StreamObserver<UsageResponse> responses) {
    String id = request.getContainerId();
    answer(
        responses,
        () ->
            inspection
                .usage(id)
                .map(SnapshotsEndpoint::message)
                .orElseThrow(() ->
                    Status.NOT_FOUND
                        .withDescription("No such container: " + id)
                        .asRuntimeException()));
  }

  @Override
  public void usages(UsagesRequest request, StreamObserver<UsagesResponse> responses) {
    answer(
        responses,
        () -> {
          UsagesResponse.Builder all = UsagesResponse.newBuilder();
          inspection.usages().forEach((id, usage) -> all.putUsages(id, message(usage)));
          return all.build();
        });
  }

  private static UsageResponse message(Inspection.RootUsage usage) {
    return UsageResponse.newBuilder()
        .setUpperBytes(usage.upperBytes())
        .setUpperInodes(usage.upperInodes())
        .setRootBytes(usage.rootBytes())
        .build();
  }

  @Override
  public void summary(SummaryRequest request, StreamObserver<SummaryResponse> responses) {
    answer(
        responses,
        () -> {
          Inspection.Summary summary = inspection.summary();
          return SummaryResponse.newBuilder()
              .setLayers(summary.layers())
              .setSnapshots(summary.roots())
              .build();
        });
  }

  private static <A> void answer(StreamObserver<A> responses, Question<A> question) {
    A answer;
    try {
      answer = question.answer();
    } catch (IOException e) {
      responses.onError(
          Status.INTERNAL
              .withDescription(String.valueOf(e.getMessage()))
              .withCause(e)
              .asRuntimeException());
      return;
    } catch (RuntimeException e) {
      responses.onError(e);
      return;
    }
    responses.onNext(answer);
    responses.onCompleted();
  }
}
