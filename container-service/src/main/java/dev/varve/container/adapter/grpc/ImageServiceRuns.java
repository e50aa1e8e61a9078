package dev.varve.container.adapter.grpc;

import dev.varve.api.image.v1.BuildsGrpc;
import dev.varve.api.image.v1.GetRunRequest;
import dev.varve.container.application.RunRequests;
import dev.varve.container.domain.RequestedConfig;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Asks the image service what a step's container is to be. */
public final class ImageServiceRuns implements RunRequests {
  /** At an engine's start the image service may be up later than we are. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BuildsGrpc.BuildsBlockingV2Stub builds;

  public ImageServiceRuns(Channel channel) {
    this.builds = BuildsGrpc.newBlockingV2Stub(channel);
  }

  @Override
  public Optional<RequestedConfig> find(String buildId, String containerId) throws IOException {
    GetRunRequest request =
        GetRunRequest.newBuilder().setBuildId(buildId).setContainerId(containerId).build();
    try {
      return Optional.of(RequestMessages.config(stub().getRun(request)));
    } catch (StatusException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw new IOException(
          "cannot learn what the container is to be: " + e.getStatus().getDescription(), e);
    }
  }

  private BuildsGrpc.BuildsBlockingV2Stub stub() {
    return builds.withWaitForReady().withDeadlineAfter(PATIENCE);
  }
}
