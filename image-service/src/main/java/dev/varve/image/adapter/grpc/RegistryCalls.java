package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.DistributionRequest;
import dev.varve.api.image.v1.DistributionResponse;
import dev.varve.api.image.v1.LoginRequest;
import dev.varve.api.image.v1.LoginResponse;
import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.PushRequest;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.eventlog.Cause;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.InspectDistribution;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.PullImages;
import dev.varve.image.application.PushImages;
import dev.varve.image.application.Registry;
import java.io.IOException;

/** The calls that lead to other people's registries, as use cases. */
public final class RegistryCalls {
  private final PullImages pulls;
  private final PushImages pushes;
  private final InspectDistribution distribution;
  private final Registry registry;

  public RegistryCalls(
      PullImages pulls, PushImages pushes, InspectDistribution distribution, Registry registry) {
    this.pulls = pulls;
    this.pushes = pushes;
    this.distribution = distribution;
    this.registry = registry;
  }

  void pull(PullRequest request, ProgressLine.Sink progress, Cause cause)
      throws IOException, InterruptedException {
    pulls.pull(
        new PullImages.Request(
            request.getReference(),
            request.getTag(),
            request.getPlatform(),
            credentials(request.getAuth())),
        progress,
        cause);
  }

  void push(PushRequest request, ProgressLine.Sink progress, Cause cause)
      throws IOException, InterruptedException {
    pushes.push(
        new PushImages.Request(
            request.getReference(),
            request.getTag(),
            request.getPlatform(),
            credentials(request.getAuth())),
        progress,
        cause);
  }

  LoginResponse login(LoginRequest request) throws IOException {
    return LoginResponse.newBuilder()
        .setStatus("Login Succeeded")
        .setIdentityToken(registry.login(request.getServer(), credentials(request.getAuth())))
        .build();
  }

  DistributionResponse distribution(DistributionRequest request) throws IOException {
    InspectDistribution.Answer answer =
        distribution.inspect(request.getReference(), credentials(request.getAuth()));
    return DistributionResponse.newBuilder()
        .setMediaType(answer.descriptor().mediaType())
        .setDigest(answer.descriptor().digest().value())
        .setSize(answer.descriptor().size())
        .addAllPlatforms(
            answer.platforms().stream()
                .map(platform ->
                    DistributionResponse.Platform.newBuilder()
                        .setArchitecture(platform.architecture())
                        .setOs(platform.os())
                        .setVariant(platform.variant())
                        .build())
                .toList())
        .build();
  }

  private static Credentials credentials(RegistryAuth auth) {
    return new Credentials(
        auth.getUsername(), auth.getPassword(), auth.getIdentityToken(), auth.getRegistryToken());
  }
}
