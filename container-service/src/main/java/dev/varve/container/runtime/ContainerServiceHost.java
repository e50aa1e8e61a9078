package dev.varve.container.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.container.adapter.codec.BuildEventCodec;
import dev.varve.container.adapter.codec.ContainerEventCodec;
import dev.varve.container.adapter.codec.SnapshotEventCodec;
import dev.varve.container.adapter.codec.StateJson;
import dev.varve.container.adapter.grpc.ContainersService;
import dev.varve.container.adapter.grpc.ImageServiceRuns;
import dev.varve.container.adapter.grpc.LeasesEndpoint;
import dev.varve.container.adapter.mounts.SnapshotMounts;
import dev.varve.container.adapter.seal.EngineKey;
import dev.varve.container.application.BuildEvent;
import dev.varve.container.application.OpenRuns;
import dev.varve.container.application.Sealing;
import dev.varve.container.application.Snapshot;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.container.domain.ContainerEvolution;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.assembly.EngineSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.ServiceStart;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The service's life within a Quarkus application: opened when it starts, closed when it stops. */
@Singleton
public class ContainerServiceHost {
  private static final Logger LOG = Logger.getLogger(ContainerServiceHost.class);

  private final EngineSettings engine;
  private final String version;
  private @Nullable ContainerAssembly assembly;
  private final ServiceStart starting = new ServiceStart("container");
  private @Nullable ManagedChannel snapshotService;
  private @Nullable ManagedChannel imageService;
  private @Nullable Server server;

  @Inject
  ContainerServiceHost(
      EngineSettings engine,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown")
          String version) {
    this.engine = engine;
    this.version = version;
  }

  void begin(@Observes @Priority(ServiceStart.BEGIN) StartupEvent event) {
    starting.begin(this::start);
  }

  void await(@Observes StartupEvent event) throws InterruptedException {
    starting.await();
  }

  private void start() throws IOException, InterruptedException {
    Files.createDirectories(engine.root());
    Files.createDirectories(engine.run());
    Sealing sealing = EngineKey.at(engine.root().resolve("secrets/engine.key"));
    ManagedChannel channel = Transport.connect(ServiceAddress.parse(engine.address("snapshot")));
    snapshotService = channel;
    ManagedChannel images = Transport.connect(ServiceAddress.parse(engine.address("image")));
    imageService = images;
    ContainerAssembly opened =
        new ContainerAssembly(
            engine.node(),
            engine.prefix(),
            version,
            ownTopic(sealing),
            snapshotTopic(),
            buildTopic(),
            new SnapshotMounts(channel, new KernelMountCalls(new KernelFileCalls())),
            new ImageServiceRuns(images),
            new Machine(engine.root(), engine.run(), engine.prefix(), engine.nameServer()));
    assembly = opened;
    opened.start();
    ServiceAddress address = ServiceAddress.parse(engine.address("container"));
    server =
        Transport.serve(
            address,
            new ContainersService(opened.useCases()),
            new LeasesEndpoint(opened.useCases().leases()));
    LOG.infof("Container service at %s", address);
  }

  private OwnedTopic<DomainState, DomainEvent> ownTopic(Sealing sealing) {
    TopicModel<DomainState, DomainEvent> model =
        new TopicModel<>("container", new ContainerEventCodec(sealing), new ContainerEvolution());
    return OwnedTopic.open(engine, model, StateJson.sealedBy(sealing));
  }

  private FollowedTopic<Snapshot, SnapshotEvent> snapshotTopic() {
    return FollowedTopic.open(
        engine.log(), new TopicModel<>("snapshot", new SnapshotEventCodec(), Snapshot.evolution()));
  }

  private FollowedTopic<OpenRuns, BuildEvent> buildTopic() {
    return FollowedTopic.open(
        engine.log(), new TopicModel<>("image", new BuildEventCodec(), OpenRuns.evolution()));
  }

  void stop(@Observes ShutdownEvent event) {
    starting.settle();
    if (server != null) {
      server.shutdownNow();
    }
    if (assembly != null) {
      assembly.close();
    }
    if (snapshotService != null) {
      snapshotService.shutdownNow();
    }
    if (imageService != null) {
      imageService.shutdownNow();
    }
  }
}
