package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.RegistryAuth;
import dev.varve.image.application.Credentials;
import dev.varve.image.application.build.BuildClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The client of a build that said all it has when it began: Docker's classic one. */
final class SilentClient implements BuildClient {
  private static final String HUB = "https://index.docker.io/v1/";

  private final Map<String, RegistryAuth> auth;

  SilentClient(Map<String, RegistryAuth> auth) {
    this.auth = auth;
  }

  @Override
  public Credentials credentials(String domain) {
    RegistryAuth own = auth.get(domain);
    if (own == null && domain.equals("docker.io")) {
      own = auth.get(HUB);
    }
    return own == null ? Credentials.NONE : BuildMessages.credentials(own);
  }

  @Override
  public Optional<byte[]> secret(String id) {
    return Optional.empty();
  }

  @Override
  public Optional<Path> agent(String id) {
    return Optional.empty();
  }
}
