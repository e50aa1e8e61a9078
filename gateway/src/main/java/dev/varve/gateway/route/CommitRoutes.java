package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.FreezeRequest;
import dev.varve.api.container.v1.FreezeResponse;
import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.Status;
import dev.varve.api.image.v1.CommitConfig;
import dev.varve.api.image.v1.CommitHealthCheck;
import dev.varve.api.image.v1.CommitRequest;
import dev.varve.gateway.docker.CreateBody;
import dev.varve.gateway.docker.json.CommittedJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import dev.varve.values.container.v1.HealthCheck;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** {@code docker commit}. A client that goes away does not end it. */
final class CommitRoutes {
  private final Services services;

  CommitRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/commit", this::commit);
  }

  private void commit(Exchange exchange) throws Exception {
    JsonNode body = exchange.json();
    Query query = exchange.query();
    String reference = query.text("container");
    if (reference.isEmpty()) {
      throw Refusal.badRequest("invalid name or ID supplied: \"\"");
    }
    Container container =
        services.containers(exchange).inspect(InspectRequest.newBuilder().setId(reference).build());
    if (container.getState().getStatus() == Status.STATUS_REMOVING) {
      throw new Refusal(
          409, "You cannot commit container " + container.getId() + " which is being removed");
    }
    CommitRequest.Builder request =
        CommitRequest.newBuilder()
            .setContainerId(container.getId())
            .setContainerName(container.getName())
            .setContainerImage(container.getConfig().getImage())
            .setParentImageId(container.getImageId())
            .setConfig(config(container.getConfig()))
            .setAuthor(query.text("author"))
            .setComment(query.text("comment"))
            .addAllChanges(query.all("changes"))
            .setRepository(query.text("repo"))
            .setTag(query.text("tag"));
    if (body.isObject()) {
      request.setInstead(config(CreateBody.config(body)));
    }
    String imageId =
        query.flag("pause", true)
            ? commitFrozen(exchange, container.getId(), request.build())
            : commit(exchange, request.build());
    exchange.json(201, new CommittedJson(imageId));
  }

  private String commit(Exchange exchange, CommitRequest request) throws StatusException {
    return services.commits(exchange).commit(request).getImageId();
  }

  /** The container goes on when this call ends, however it does. */
  private String commitFrozen(Exchange exchange, String id, CommitRequest request)
      throws StatusException, InterruptedException {
    BlockingClientCall<FreezeRequest, FreezeResponse> hold = services.containers(exchange).freeze();
    try {
      hold.write(FreezeRequest.newBuilder().setId(id).build());
      var ignored = hold.read();
      String imageId = commit(exchange, request);
      hold.halfClose();
      ignored = hold.read();
      return imageId;
    } finally {
      hold.cancel("the commit is over", null);
    }
  }

  private static CommitConfig config(Config config) {
    CommitConfig.Builder message =
        CommitConfig.newBuilder()
            .setUser(config.getUser())
            .addAllExposedPorts(config.getExposedPortsList())
            .addAllEnv(config.getEnvList())
            .addAllCmd(config.getCmdList())
            .addAllEntrypoint(config.getEntrypointList())
            .addAllVolumes(config.getVolumesList())
            .setWorkingDir(config.getWorkingDir())
            .putAllLabels(config.getLabelsMap())
            .setStopSignal(config.getStopSignal())
            .addAllOnBuild(config.getOnBuildList())
            .addAllShell(config.getShellList());
    if (config.hasHealthCheck()) {
      HealthCheck check = config.getHealthCheck();
      message.setHealthCheck(
          CommitHealthCheck.newBuilder()
              .addAllTest(check.getTestList())
              .setIntervalNanos(check.getIntervalNanos())
              .setTimeoutNanos(check.getTimeoutNanos())
              .setStartPeriodNanos(check.getStartPeriodNanos())
              .setStartIntervalNanos(check.getStartIntervalNanos())
              .setRetries(check.getRetries()));
    }
    return message.build();
  }
}
