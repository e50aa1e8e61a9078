package dev.varve.image.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.image.adapter.grpc.SnapshotServiceChanges;
import dev.varve.image.domain.CatalogState;
import dev.varve.image.domain.ImageEvent;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the service with its application and stops it with it. */
@ApplicationScoped
public class ImageServiceHost {
  private static final Logger LOG = Logger.getLogger(ImageServiceHost.class);
  private static final String SCHEMA = "varve_image";

  private final ImageSettings settings;
  private @Nullable ImageService service;
  private @Nullable ManagedChannel snapshotService;
  private @Nullable Server server;

  @Inject
  public ImageServiceHost(ImageSettings settings) {
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) throws IOException {
    Files.createDirectories(settings.root());
    ManagedChannel channel = Transport.connect(settings.snapshotService());
    snapshotService = channel;
    ImageService started =
        new ImageService(
            ownTopic(),
            FollowedTopic.open(log(), ImageModels.containers()),
            settings.root().resolve("content"),
            settings.limits(),
            settings.registries(),
            new SnapshotServiceChanges(channel));
    service = started;
    started.start();
    server = serve(started);
    LOG.infof("Image service at %s", settings.address());
  }

  void stop(@Observes ShutdownEvent event) {
    if (server != null) {
      server.shutdownNow();
    }
    if (service != null) {
      service.close();
    }
    if (snapshotService != null) {
      snapshotService.shutdownNow();
    }
  }

  private Server serve(ImageService started) throws IOException {
    ServiceAddress address = settings.address();
    return switch (address) {
      case ServiceAddress.InProcess inProcess ->
          Transport.serve(address, started.endpoint(), started.commits());
      case ServiceAddress.UnixSocket(Path socket) -> {
        createParent(socket);
        Server listening = Transport.serve(address, started.endpoint(), started.commits());
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        yield listening;
      }
    };
  }

  private static void createParent(Path socket) {
    Path directory = socket.toAbsolutePath().getParent();
    if (directory == null) {
      return;
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the run directory " + directory, e);
    }
  }

  private OwnedTopic<CatalogState, ImageEvent> ownTopic() {
    return settings
        .postgresUrl()
        .map(url ->
            OwnedTopic.open(
                log(),
                ImageModels.images(),
                PostgresSettings.of(
                    url, settings.postgresUser(), settings.postgresPassword(), SCHEMA),
                ImageModels.states()))
        .orElseGet(() -> OwnedTopic.open(log(), ImageModels.images()));
  }

  private LogSettings log() {
    return LogSettings.of(settings.prefix(), settings.node(), settings.bootstrap())
        .withClientProperties(settings.kafkaProperties().orElse(null));
  }
}
