package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.PullRequest;
import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.eventlog.Cause;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.PullImages;
import java.io.IOException;

/** The calls that lead to other people's registries, as use cases. */
public final class RegistryCalls {
  private final PullImages pulls;

  public RegistryCalls(PullImages pulls) {
    this.pulls = pulls;
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

  private static Credentials credentials(RegistryAuth auth) {
    return new Credentials(
        auth.getUsername(), auth.getPassword(), auth.getIdentityToken(), auth.getRegistryToken());
  }
}
