package dev.varve.image.adapter.grpc;

import com.google.protobuf.ByteString;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.image.v1.BuildOptions;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.CancelBuildRequest;
import dev.varve.api.image.v1.CancelBuildResponse;
import dev.varve.api.image.v1.GetRunRequest;
import dev.varve.api.image.v1.ListCacheRequest;
import dev.varve.api.image.v1.ListCacheResponse;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PruneCacheRequest;
import dev.varve.api.image.v1.PruneCacheResponse;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.build.BuildCache;
import dev.varve.image.application.build.BuildClient;
import dev.varve.image.application.build.BuildImage;
import dev.varve.image.application.build.Runs;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Builds, and what the container service wants to know of them; called on virtual threads. */
public final class BuildsEndpoint extends BuildsGrpc.BuildsImplBase {
  private final BuildImage builds;
  private final Runs runs;
  private final BuildCache cache;

  public BuildsEndpoint(BuildImage builds, Runs runs, BuildCache cache) {
    this.builds = builds;
    this.runs = runs;
    this.cache = cache;
  }

  @Override
  public StreamObserver<BuildRequest> build(StreamObserver<Progress> responses) {
    Inbound<BuildRequest> inbound = new Inbound<>(responses);
    Outbound<Progress> outbound = new Outbound<>(responses);
    CallContext call = CallContext.current();
    Calls.streamWhileWanted(
        "build image",
        call,
        outbound,
        () -> {
          BuildRequest first = inbound.next();
          BuildOptions options =
              first == null ? BuildOptions.getDefaultInstance() : first.getOptions();
          BuildClient client =
              options.getAnswers()
                  ? new AskedClient(inbound, outbound)
                  : new SilentClient(options.getAuthMap());
          builds.run(
              BuildMessages.request(options),
              () -> ReceivedBytes.from(() -> contextPart(inbound)),
              sink(outbound),
              client,
              Calls.cause(call));
        });
    return inbound;
  }

  /** Null at its end. */
  private static @Nullable ByteString contextPart(Inbound<BuildRequest> inbound)
      throws IOException, InterruptedException {
    BuildRequest part = inbound.next();
    return part == null || part.hasContextEnd() ? null : part.getData();
  }

  /** A client that went away is noticed by the interrupt that follows. */
  private static ProgressLine.Sink sink(Outbound<Progress> outbound) {
    AtomicBoolean gone = new AtomicBoolean();
    return line -> {
      try {
        if (!gone.get() && !outbound.send(Messages.progress(line))) {
          gone.set(true);
        }
      } catch (InterruptedException e) {
        gone.set(true);
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void cancelBuild(
      CancelBuildRequest request, StreamObserver<CancelBuildResponse> responses) {
    Calls.answer(
        "cancel build",
        responses,
        _ -> {
          builds.cancel(request.getId());
          return CancelBuildResponse.getDefaultInstance();
        });
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<CreateRequest> responses) {
    Calls.answer(
        "describe a step's container",
        responses,
        _ -> BuildMessages.container(runs.spec(request.getBuildId(), request.getContainerId())));
  }

  @Override
  public void listCache(ListCacheRequest request, StreamObserver<ListCacheResponse> responses) {
    Calls.answer(
        "list the build cache",
        responses,
        _ ->
            ListCacheResponse.newBuilder()
                .addAllEntries(cache.list().stream().map(BuildMessages::entry).toList())
                .build());
  }

  @Override
  public void pruneCache(PruneCacheRequest request, StreamObserver<PruneCacheResponse> responses) {
    Calls.answer(
        "prune the build cache",
        responses,
        call -> {
          BuildCache.Pruned pruned =
              cache.prune(BuildMessages.selection(request), Calls.cause(call));
          return PruneCacheResponse.newBuilder()
              .addAllIds(pruned.ids())
              .setReclaimedBytes(pruned.reclaimedBytes())
              .build();
        });
  }
}
