package dev.varve.container.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.container.adapter.codec.ContainerEventCodec;
import dev.varve.container.adapter.codec.SnapshotEventCodec;
import dev.varve.container.adapter.codec.StateJson;
import dev.varve.container.adapter.grpc.ContainersService;
import dev.varve.container.adapter.mounts.SnapshotMounts;
import dev.varve.container.adapter.seal.EngineKey;
import dev.varve.container.application.Sealing;
import dev.varve.container.application.Snapshot;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.container.domain.ContainerEvolution;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.TopicModel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The service's life within a Quarkus application: opened when it starts, closed when it stops. */
@Singleton
public class ContainerServiceHost {
  private static final Logger LOG = Logger.getLogger(ContainerServiceHost.class);

  private final ContainerConfig config;
  private @Nullable ContainerAssembly assembly;
  private @Nullable ManagedChannel snapshotService;
  private @Nullable Server server;

  @Inject
  ContainerServiceHost(ContainerConfig config) {
    this.config = config;
  }

  void start(@Observes StartupEvent event) throws IOException, InterruptedException {
    Files.createDirectories(config.root());
    Files.createDirectories(config.run());
    Sealing sealing = EngineKey.at(config.root().resolve("secrets/engine.key"));
    ManagedChannel channel = Transport.connect(config.snapshotService());
    snapshotService = channel;
    ContainerAssembly opened =
        new ContainerAssembly(
            config.node(),
            config.prefix(),
            config.version(),
            ownTopic(sealing),
            snapshotTopic(),
            new SnapshotMounts(channel),
            new Machine(config.root(), config.run(), config.prefix()));
    assembly = opened;
    opened.start();
    server = serve(new ContainersService(opened.useCases()));
    LOG.infof("Container service at %s", config.ownAddress());
  }

  private OwnedTopic<DomainState, DomainEvent> ownTopic(Sealing sealing) {
    TopicModel<DomainState, DomainEvent> model =
        new TopicModel<>("container", new ContainerEventCodec(sealing), new ContainerEvolution());
    return config
        .postgres()
        .map(
            postgres -> OwnedTopic.open(config.log(), model, postgres, StateJson.sealedBy(sealing)))
        .orElseGet(() -> OwnedTopic.open(config.log(), model));
  }

  private FollowedTopic<Snapshot, SnapshotEvent> snapshotTopic() {
    return FollowedTopic.open(
        config.log(), new TopicModel<>("snapshot", new SnapshotEventCodec(), Snapshot.evolution()));
  }

  private Server serve(ContainersService service) throws IOException {
    ServiceAddress address = config.ownAddress();
    if (address instanceof ServiceAddress.UnixSocket(Path socket)) {
      Path directory = socket.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Server listening = Transport.serve(address, service);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return listening;
    }
    return Transport.serve(address, service);
  }

  void stop(@Observes ShutdownEvent event) {
    if (server != null) {
      server.shutdownNow();
    }
    if (assembly != null) {
      assembly.close();
    }
    if (snapshotService != null) {
      snapshotService.shutdownNow();
    }
  }
}
