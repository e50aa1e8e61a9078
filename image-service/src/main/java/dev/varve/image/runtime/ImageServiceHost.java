package dev.varve.image.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.eventlog.assembly.EngineSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.ServiceStart;
import dev.varve.image.adapter.grpc.ContainerServiceOutput;
import dev.varve.image.adapter.grpc.SnapshotServiceChanges;
import dev.varve.image.adapter.grpc.SnapshotServiceFiles;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the service with its application and stops it with it. */
@ApplicationScoped
public class ImageServiceHost {
  private static final Logger LOG = Logger.getLogger(ImageServiceHost.class);

  private final EngineSettings engine;
  private final ImageSettings settings;
  private @Nullable ImageService service;
  private final ServiceStart starting = new ServiceStart("image");
  private @Nullable ManagedChannel snapshotService;
  private @Nullable ManagedChannel containerService;
  private @Nullable Server server;

  @Inject
  public ImageServiceHost(EngineSettings engine, ImageSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  void begin(@Observes @Priority(ServiceStart.BEGIN) StartupEvent event) {
    starting.begin(this::start);
  }

  void await(@Observes StartupEvent event) throws InterruptedException {
    starting.await();
  }

  private void start() throws IOException {
    Files.createDirectories(engine.root());
    ManagedChannel snapshots = Transport.connect(ServiceAddress.parse(engine.address("snapshot")));
    snapshotService = snapshots;
    ManagedChannel containers =
        Transport.connect(ServiceAddress.parse(engine.address("container")));
    containerService = containers;
    ImageService started =
        new ImageService(
            OwnedTopic.open(engine, ImageModels.images(), ImageModels.states()),
            FollowedTopic.open(engine.log(), ImageModels.containers()),
            engine.root().resolve("content"),
            engine.root().resolve("build"),
            engine.run().resolve("build"),
            settings.limits(),
            settings.registries(),
            new ImageService.Others(
                new SnapshotServiceChanges(snapshots),
                new SnapshotServiceFiles(snapshots),
                new ContainerServiceOutput(containers)));
    service = started;
    started.start();
    ServiceAddress address = ServiceAddress.parse(engine.address("image"));
    server =
        Transport.serve(
            address,
            started.endpoint(),
            started.commits(),
            started.repositories(),
            started.builds());
    LOG.infof("Image service at %s", address);
  }

  void stop(@Observes ShutdownEvent event) {
    starting.settle();
    if (server != null) {
      server.shutdownNow();
    }
    if (service != null) {
      service.close();
    }
    if (snapshotService != null) {
      snapshotService.shutdownNow();
    }
    if (containerService != null) {
      containerService.shutdownNow();
    }
  }
}
