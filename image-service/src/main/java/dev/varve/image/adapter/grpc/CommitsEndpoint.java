package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.CommitConfig;
import dev.varve.api.image.v1.CommitHealthCheck;
import dev.varve.api.image.v1.CommitRequest;
import dev.varve.api.image.v1.CommitResponse;
import dev.varve.api.image.v1.CommitsGrpc;
import dev.varve.api.transport.CallContext;
import dev.varve.eventlog.Cause;
import dev.varve.image.application.CommitContainer;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.RunConfig;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;

/** Commits; called on virtual threads. */
public final class CommitsEndpoint extends CommitsGrpc.CommitsImplBase {
  private final CommitContainer commits;

  public CommitsEndpoint(CommitContainer commits) {
    this.commits = commits;
  }

  @Override
  public void commit(CommitRequest request, StreamObserver<CommitResponse> responses) {
    CallContext call = CallContext.current();
    CommitResponse response;
    try {
      Cause cause = new Cause(call.actor(), call.causationId(), call.correlationId());
      Digest id = commits.run(request(request), cause);
      response = CommitResponse.newBuilder().setImageId(id.value()).build();
    } catch (IOException | RuntimeException e) {
      responses.onError(Refusals.status("commit container", call, e).asRuntimeException());
      return;
    }
    responses.onNext(response);
    responses.onCompleted();
  }

  private static CommitContainer.Request request(CommitRequest request) {
    RunConfig config = config(request.getConfig());
    return new CommitContainer.Request(
        request.getContainerId(),
        request.getContainerName(),
        request.getContainerImage(),
        new Digest(request.getParentImageId()),
        request.hasInstead() ? config(request.getInstead()).over(config) : config,
        String.join(" ", request.getConfig().getCmdList()),
        request.getAuthor(),
        request.getComment(),
        request.getChangesList(),
        request.getRepository(),
        request.getTag());
  }

  private static RunConfig config(CommitConfig config) {
    RunConfig.Values values =
        new RunConfig.Values(
            config.getUser(),
            config.getExposedPortsList(),
            config.getEnvList(),
            config.getCmdCount() == 0 ? Optional.empty() : Optional.of(config.getCmdList()),
            config.getEntrypointCount() == 0
                ? Optional.empty()
                : Optional.of(config.getEntrypointList()),
            config.getVolumesList(),
            config.getWorkingDir(),
            config.getLabelsMap(),
            config.getStopSignal(),
            config.getOnBuildList(),
            config.getShellList(),
            config.hasHealthCheck()
                ? Optional.of(healthCheck(config.getHealthCheck()))
                : Optional.empty());
    return RunConfig.of(values);
  }

  private static RunConfig.HealthCheck healthCheck(CommitHealthCheck check) {
    return new RunConfig.HealthCheck(
        check.getTestList(),
        check.getIntervalNanos(),
        check.getTimeoutNanos(),
        check.getStartPeriodNanos(),
        check.getStartIntervalNanos(),
        check.getRetries());
  }
}
