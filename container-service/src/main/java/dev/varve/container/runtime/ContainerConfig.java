package dev.varve.container.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.assembly.LogSettings;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine's settings, as far as this service reads them. */
@Dependent
public class ContainerConfig {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String SCHEMA = "varve_container";

  @Inject
  @ConfigProperty(name = "varve.root", defaultValue = "/var/lib/varve")
  Path root;

  @Inject
  @ConfigProperty(name = "varve.run", defaultValue = "/run/varve")
  Path run;

  @Inject
  @ConfigProperty(name = "varve.prefix", defaultValue = "varve")
  String prefix;

  @Inject
  @ConfigProperty(name = "varve.node")
  Optional<String> node;

  @Inject
  @ConfigProperty(name = "varve.kafka.bootstrap", defaultValue = "127.0.0.1:9092")
  String bootstrap;

  @Inject
  @ConfigProperty(name = "varve.kafka.properties")
  Optional<Path> kafkaProperties;

  @Inject
  @ConfigProperty(name = "varve.postgres.url")
  Optional<String> postgresUrl;

  @Inject
  @ConfigProperty(name = "varve.postgres.user")
  Optional<String> postgresUser;

  @Inject
  @ConfigProperty(name = "varve.postgres.password")
  Optional<String> postgresPassword;

  @Inject
  @ConfigProperty(name = "varve.services.container")
  Optional<String> ownAddress;

  @Inject
  @ConfigProperty(name = "varve.services.snapshot")
  Optional<String> snapshotAddress;

  @Inject
  @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown")
  String version;

  Path root() {
    return root;
  }

  Path run() {
    return run;
  }

  String prefix() {
    return prefix;
  }

  String version() {
    return version;
  }

  String node() {
    return node.orElseGet(ContainerConfig::hostName);
  }

  LogSettings log() {
    return LogSettings.of(prefix, node(), bootstrap)
        .withClientProperties(kafkaProperties.orElse(null));
  }

  /** Empty when nobody keeps history. */
  Optional<PostgresSettings> postgres() {
    return postgresUrl.map(url ->
        PostgresSettings.of(url, postgresUser.orElse(""), postgresPassword.orElse(""), SCHEMA));
  }

  ServiceAddress ownAddress() {
    return ServiceAddress.parse(ownAddress.orElse("unix:" + run.resolve("container.sock")));
  }

  ServiceAddress snapshotService() {
    return ServiceAddress.parse(snapshotAddress.orElse("unix:" + run.resolve("snapshot.sock")));
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the host's name cannot be read; set varve.node", e);
    }
  }
}
