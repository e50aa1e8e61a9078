package dev.varve.container.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.container.adapter.codec.StateJson;
import dev.varve.container.adapter.seal.EngineKey;
import dev.varve.container.application.Sealing;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.OwnedTopic;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the service with its application and stops it with it. */
@ApplicationScoped
public class ContainerServiceHost {
  private static final Logger LOG = Logger.getLogger(ContainerServiceHost.class);
  private static final String SCHEMA = "varve_container";

  private final ContainerSettings settings;
  private final String version;
  private @Nullable ContainerService service;
  private @Nullable Server server;

  @Inject
  public ContainerServiceHost(
      ContainerSettings settings,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "dev") String version) {
    this.settings = settings;
    this.version = version;
  }

  void start(@Observes StartupEvent event) throws IOException, InterruptedException {
    Path secrets = settings.root().resolve("secrets");
    Files.createDirectories(
        secrets,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    EngineKey key = EngineKey.at(secrets.resolve("engine.key"));
    ContainerService started =
        new ContainerService(
            ownTopic(key),
            FollowedTopic.open(log(), ContainerModels.snapshots()),
            settings,
            version);
    service = started;
    started.start();
    ServiceAddress address = settings.address();
    server = Transport.serve(address, started.endpoint());
    LOG.infof("Container service at %s", address);
  }

  void stop(@Observes ShutdownEvent event) {
    if (server != null) {
      server.shutdownNow();
    }
    if (service != null) {
      service.close();
    }
  }

  private OwnedTopic<DomainState, DomainEvent> ownTopic(Sealing sealing) {
    return settings
        .postgresUrl()
        .map(url ->
            OwnedTopic.open(
                log(),
                ContainerModels.containers(sealing),
                PostgresSettings.of(
                    url, settings.postgresUser(), settings.postgresPassword(), SCHEMA),
                StateJson.sealedBy(sealing)))
        .orElseGet(() -> OwnedTopic.open(log(), ContainerModels.containers(sealing)));
  }

  private LogSettings log() {
    return LogSettings.of(settings.prefix(), settings.node(), settings.bootstrap())
        .withClientProperties(settings.kafkaProperties().orElse(null));
  }
}
