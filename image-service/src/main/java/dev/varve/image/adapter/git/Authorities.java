package dev.varve.image.adapter.git;

import dev.varve.image.application.ServerTrust;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who vouches for git servers, as git has to be told of it: in one file. */
final class Authorities {
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private final ServerTrust trust;

  Authorities(ServerTrust trust) {
    this.trust = trust;
  }

  /**
   * Writes all that count for a server into one file, as git reads only one.
   *
   * @return empty when they are the system's own, which git knows by itself
   */
  Optional<Path> of(URI url, Path file) throws IOException {
    List<Path> own = trust.named(url);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    try (OutputStream all = Files.newOutputStream(file)) {
      if (Files.exists(system())) {
        Files.copy(system(), all);
      }
      for (Path authority : own) {
        all.write('\n');
        Files.copy(authority, all);
      }
    }
    return Optional.of(file);
  }

  private static Path system() {
    return Stream.of(GitCommand.AUTHORITIES, "SSL_CERT_FILE")
        .map(System::getenv)
        .filter(file -> file != null && !file.isEmpty())
        .findFirst()
        .map(Path::of)
        .orElse(SYSTEM);
  }
}
