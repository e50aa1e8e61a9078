package dev.varve.image.adapter.git;

import dev.varve.image.application.RegistrySettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who vouches for git servers: the system's authorities, and each {@code *.crt} that the operator
 * put beside the certificates of registries, for that server alone. Keys that lie there are shown
 * to nobody: they are not lent to whoever builds.
 */
final class Authorities {
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private final RegistrySettings settings;

  Authorities(RegistrySettings settings) {
    this.settings = settings;
  }

  /**
   * Writes all that count for a server into one file, as git reads only one.
   *
   * @return empty when they are the system's own, which git knows by itself
   */
  Optional<Path> of(URI url, int port, Path file) throws IOException {
    List<Path> own = new ArrayList<>();
    String host = url.getHost().toLowerCase(Locale.ROOT);
    for (Path directory : settings.certificates(host, port, url.getPort() >= 0)) {
      own.addAll(in(directory));
    }
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

  private static List<Path> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".crt")).sorted().toList();
    }
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
