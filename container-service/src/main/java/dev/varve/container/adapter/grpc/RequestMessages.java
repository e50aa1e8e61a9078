package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.Config;
import dev.varve.api.container.v1.CreateRequest;
import dev.varve.api.container.v1.ExecCreateRequest;
import dev.varve.api.container.v1.PruneRequest;
import dev.varve.api.container.v1.UpdateRequest;
import dev.varve.container.application.PruneContainers;
import dev.varve.container.contract.HealthMessages;
import dev.varve.container.contract.HostMessages;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.RestartPolicy;
import dev.varve.container.domain.Secret;
import java.util.Optional;
import java.util.OptionalInt;

/** What clients ask for, in the domain's words. */
final class RequestMessages {
  private RequestMessages() {}

  static RequestedConfig config(CreateRequest request) {
    Config config = request.getConfig();
    return new RequestedConfig(
        config.getImage(),
        request.getImageId(),
        config.getHostname(),
        config.getDomainname(),
        config.getLabelsMap(),
        process(config),
        config.getEntrypointGiven(),
        host(request),
        config.getExposedPortsList(),
        config.getVolumesList(),
        config.hasHealthCheck()
            ? Optional.of(HealthMessages.read(config.getHealthCheck()))
            : Optional.empty(),
        config.getOnBuildList(),
        config.getShellList(),
        config.getNetworkDisabled(),
        request.getMountImagesMap());
  }

  private static HostSpec host(CreateRequest request) {
    HostSpec host = HostMessages.read(request.getHost());
    return host.with(
        host.nameResolution().with(request.getLinksList().stream().map(Link::parse).toList()));
  }

  private static ProcessSpec process(Config config) {
    return new ProcessSpec(
        config.getEntrypointList(),
        config.getCmdList(),
        config.getEnvList().stream().map(Secret::new).toList(),
        config.getWorkingDir(),
        config.getUser(),
        config.getTty(),
        config.getOpenStdin(),
        config.getStdinOnce(),
        config.getAttachStdin(),
        config.getAttachStdout(),
        config.getAttachStderr(),
        config.getStopSignal(),
        config.hasStopTimeout() ? OptionalInt.of(config.getStopTimeout()) : OptionalInt.empty());
  }

  static Optional<RestartPolicy> restartPolicy(UpdateRequest request) {
    return request.hasRestartPolicy()
        ? Optional.of(new RestartPolicy(request.getRestartPolicy(), request.getRestartMaxRetries()))
        : Optional.empty();
  }

  static ExecSpec exec(ExecCreateRequest request) {
    return new ExecSpec(
        request.getCmdList(),
        request.getEnvList().stream().map(Secret::new).toList(),
        request.getWorkingDir(),
        request.getUser(),
        request.getTty(),
        request.getAttachStdin(),
        request.getAttachStdout(),
        request.getAttachStderr(),
        request.getPrivileged(),
        request.getDetachKeys());
  }

  static PruneContainers.Selection selection(PruneRequest request) {
    return new PruneContainers.Selection(
        request.hasUntilNanos()
            ? Optional.of(ContainerMessages.instant(request.getUntilNanos()))
            : Optional.empty(),
        request.getLabelsList(),
        request.getWithoutLabelsList());
  }
}
