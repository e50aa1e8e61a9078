package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistrySettings;
import dev.varve.image.application.ServerTrust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * {@link ServerTrust} by the directories of certificates that registries have as well. Keys that
 * lie there are shown to no server but a registry: they are not lent to whoever builds.
 */
public final class OperatorTrust implements ServerTrust {
  private final RegistrySettings settings;

  public OperatorTrust(RegistrySettings settings) {
    this.settings = settings;
  }

  @Override
  public SSLContext of(URI server) throws IOException {
    return Certificates.context(named(server), false);
  }

  @Override
  public List<Path> named(URI server) throws IOException {
    List<Path> authorities = new ArrayList<>();
    for (Path directory :
        settings.certificates(Origins.host(server), Origins.port(server), server.getPort() >= 0)) {
      authorities.addAll(
          Certificates.files(directory).stream()
              .filter(file -> file.toString().endsWith(".crt"))
              .toList());
    }
    return authorities;
  }
}
