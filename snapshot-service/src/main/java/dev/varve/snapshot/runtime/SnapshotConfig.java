package dev.varve.snapshot.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.snapshot.adapter.overlay.LayerForms;
import dev.varve.snapshot.domain.SnapshotState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The engine's settings, as far as this service reads them. */
@Singleton
public class SnapshotConfig {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String SCHEMA = "varve_snapshot";
  private static final int STATE_VERSION = 1;

  private final String root;
  private final String run;
  private final String prefix;
  private final Optional<String> node;
  private final String bootstrap;
  private final Optional<String> kafkaProperties;
  private final Optional<String> postgresUrl;
  private final Optional<String> postgresUser;
  private final Optional<String> postgresPassword;
  private final String snapshotter;
  private final Optional<String> imageAddress;
  private final Optional<String> ownAddress;

  @Inject
  SnapshotConfig(
      @ConfigProperty(name = "varve.root", defaultValue = "/var/lib/varve") String root,
      @ConfigProperty(name = "varve.run", defaultValue = "/run/varve") String run,
      @ConfigProperty(name = "varve.prefix", defaultValue = "varve") String prefix,
      @ConfigProperty(name = "varve.node") Optional<String> node,
      @ConfigProperty(name = "varve.kafka.bootstrap", defaultValue = "127.0.0.1:9092")
          String bootstrap,
      @ConfigProperty(name = "varve.kafka.properties") Optional<String> kafkaProperties,
      @ConfigProperty(name = "varve.postgres.url") Optional<String> postgresUrl,
      @ConfigProperty(name = "varve.postgres.user") Optional<String> postgresUser,
      @ConfigProperty(name = "varve.postgres.password") Optional<String> postgresPassword,
      @ConfigProperty(name = "varve.snapshotter", defaultValue = "auto") String snapshotter,
      @ConfigProperty(name = "varve.services.image") Optional<String> imageAddress,
      @ConfigProperty(name = "varve.services.snapshot") Optional<String> ownAddress) {
    this.root = root;
    this.run = run;
    this.prefix = prefix;
    this.node = node;
    this.bootstrap = bootstrap;
    this.kafkaProperties = kafkaProperties;
    this.postgresUrl = postgresUrl;
    this.postgresUser = postgresUser;
    this.postgresPassword = postgresPassword;
    this.snapshotter = snapshotter;
    this.imageAddress = imageAddress;
    this.ownAddress = ownAddress;
  }

  Path snapshots() {
    return Path.of(root, "snapshots");
  }

  LayerForms layerForms() {
    return LayerForms.parse(snapshotter);
  }

  String node() {
    return node.orElseGet(SnapshotConfig::hostName);
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot learn the host's name", e);
    }
  }

  LogSettings log() {
    return LogSettings.of(prefix, node(), bootstrap)
        .withClientProperties(kafkaProperties.map(Path::of).orElse(null));
  }

  /** Empty when nobody keeps history. */
  Optional<PostgresSettings> postgres() {
    return postgresUrl.map(url ->
        PostgresSettings.of(url, postgresUser.orElse(""), postgresPassword.orElse(""), SCHEMA));
  }

  static JsonStateCodec<SnapshotState> states() {
    return JsonStateCodec.of(
        SnapshotState.class,
        STATE_VERSION,
        Map.of(
            "layer", SnapshotState.LayerPresent.class,
            "layer-failed", SnapshotState.LayerFailed.class,
            "root", SnapshotState.RootPresent.class,
            "root-failed", SnapshotState.RootFailed.class));
  }

  ServiceAddress imageService() {
    return ServiceAddress.parse(imageAddress.orElse("unix:" + run + "/image.sock"));
  }

  ServiceAddress ownAddress() {
    return ServiceAddress.parse(ownAddress.orElse("unix:" + run + "/snapshot.sock"));
  }
}
