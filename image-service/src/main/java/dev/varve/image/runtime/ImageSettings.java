package dev.varve.image.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.image.application.ArchiveLimits;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the operator may set, with its defaults. */
@Dependent
public class ImageSettings {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

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
  @ConfigProperty(name = "varve.services.image")
  Optional<String> address;

  @Inject
  @ConfigProperty(name = "varve.services.snapshot")
  Optional<String> snapshotAddress;

  @Inject
  @ConfigProperty(name = "varve.image.limits.unpacked")
  Optional<Long> unpacked;

  @Inject
  @ConfigProperty(name = "varve.image.limits.ratio")
  Optional<Integer> ratio;

  Path root() {
    return root;
  }

  String prefix() {
    return prefix;
  }

  String node() {
    return node.orElseGet(ImageSettings::hostName);
  }

  String bootstrap() {
    return bootstrap;
  }

  Optional<Path> kafkaProperties() {
    return kafkaProperties;
  }

  Optional<String> postgresUrl() {
    return postgresUrl;
  }

  String postgresUser() {
    return postgresUser.orElse("");
  }

  String postgresPassword() {
    return postgresPassword.orElse("");
  }

  ServiceAddress address() {
    return ServiceAddress.parse(address.orElseGet(() -> "unix:" + run.resolve("image.sock")));
  }

  ServiceAddress snapshotService() {
    return ServiceAddress.parse(
        snapshotAddress.orElseGet(() -> "unix:" + run.resolve("snapshot.sock")));
  }

  /** {@code varve.image.limits.unpacked} in bytes, {@code varve.image.limits.ratio}. */
  ArchiveLimits limits() {
    ArchiveLimits defaults = ArchiveLimits.DEFAULT;
    return new ArchiveLimits(
        defaults.document(),
        defaults.documents(),
        defaults.archiveEntries(),
        defaults.layers(),
        defaults.layerEntries(),
        unpacked.orElse(defaults.unpacked()),
        ratio.orElse(defaults.ratio()),
        defaults.ratioFrom());
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the host's name cannot be read; set varve.node", e);
    }
  }
}
