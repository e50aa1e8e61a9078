package dev.varve.eventlog.assembly;

import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * What belongs to the engine as a whole, so that its services cannot disagree about it: places,
 * names, log, database, and where the services meet. A service adds only what is its own.
 *
 * <p>The defaults are in {@code META-INF/microprofile-config.properties} of this module, each once.
 * A key without a value there may be left out.
 */
@Singleton
public final class EngineSettings {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private final Config config;

  @Inject
  public EngineSettings(Config config) {
    this.config = config;
  }

  /** {@code varve.root}: what outlives a reboot. */
  public Path root() {
    return Path.of(value("varve.root"));
  }

  /** {@code varve.run}: sockets, and what a reboot ends anyway. */
  public Path run() {
    return Path.of(value("varve.run"));
  }

  /** {@code varve.socket}: where the Docker Engine API is answered. */
  public Path socket() {
    return Path.of(value("varve.socket"));
  }

  /** {@code varve.prefix}: begins the names of all that engines could quarrel about. */
  public String prefix() {
    return value("varve.prefix");
  }

  /** {@code varve.node}, or the host's name. */
  public String node() {
    return optional("varve.node").orElseGet(EngineSettings::hostName);
  }

  /**
   * {@code varve.kafka.bootstrap} and, where clients must log in, {@code varve.kafka.properties}.
   */
  public LogSettings log() {
    return LogSettings.of(prefix(), node(), value("varve.kafka.bootstrap"))
        .withClientProperties(optional("varve.kafka.properties").map(Path::of).orElse(null));
  }

  /**
   * {@code varve.postgres.url}, {@code .user}, {@code .password}: the schema that a service of this
   * engine keeps its history in. Empty when nobody keeps history.
   */
  public Optional<PostgresSettings> postgres(String service) {
    return optional("varve.postgres.url")
        .map(url ->
            PostgresSettings.of(
                url,
                optional("varve.postgres.user").orElse(""),
                optional("varve.postgres.password").orElse(""),
                prefix() + "_" + service));
  }

  /** {@code varve.names.program}: an aardvark-dns other than the system's. */
  public Optional<Path> nameServer() {
    return optional("varve.names.program").map(Path::of);
  }

  /** {@code varve.services.<service>}: the text of that service's address. */
  public String address(String service) {
    return value("varve.services." + service);
  }

  private String value(String key) {
    return config.getValue(key, String.class);
  }

  private Optional<String> optional(String key) {
    return config.getOptionalValue(key, String.class);
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the host's name cannot be read; set varve.node", e);
    }
  }
}
