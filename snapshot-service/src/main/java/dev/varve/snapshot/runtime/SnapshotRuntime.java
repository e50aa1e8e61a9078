package dev.varve.snapshot.runtime;

import dev.varve.api.transport.Transport;
import dev.varve.archive.TarLimits;
import dev.varve.eventlog.adapter.reactive.LedgerRegistry;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.snapshot.adapter.grpc.FilesEndpoint;
import dev.varve.snapshot.adapter.grpc.ImageServiceBlobs;
import dev.varve.snapshot.adapter.grpc.RootContentsEndpoint;
import dev.varve.snapshot.adapter.grpc.SnapshotsEndpoint;
import dev.varve.snapshot.adapter.log.ContainerCodec;
import dev.varve.snapshot.adapter.log.ImageCodec;
import dev.varve.snapshot.adapter.log.SnapshotCodec;
import dev.varve.snapshot.adapter.overlay.OverlaySnapshotter;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotEvolution;
import dev.varve.snapshot.domain.SnapshotState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The service's life within a Quarkus application: opened when it starts, closed when it stops. */
@Singleton
public class SnapshotRuntime {
  private final SnapshotConfig config;
  private final LedgerRegistry ledgers;
  private @Nullable SnapshotAssembly assembly;
  private @Nullable ManagedChannel imageService;
  private @Nullable Server server;

  @Inject
  SnapshotRuntime(SnapshotConfig config, LedgerRegistry ledgers) {
    this.config = config;
    this.ledgers = ledgers;
  }

  SnapshotAssembly assembly() {
    SnapshotAssembly opened = assembly;
    if (opened == null) {
      throw new IllegalStateException("the snapshot service has not started");
    }
    return opened;
  }

  void start(@Observes StartupEvent event) {
    LogSettings log = config.log();
    OwnedTopic<SnapshotState, SnapshotEvent> own = openOwn(log);
    FollowedTopic<Image, ImageEvent> images =
        FollowedTopic.open(
            log, new TopicModel<>("image", new ImageCodec(), ImageEvent.evolution()));
    FollowedTopic<Container, ContainerEvent> containers =
        FollowedTopic.open(
            log, new TopicModel<>("container", new ContainerCodec(), ContainerEvent.evolution()));
    ManagedChannel channel = Transport.connect(config.imageService());
    imageService = channel;
    try {
      FileCalls files = new KernelFileCalls();
      OverlaySnapshotter snapshotter =
          new OverlaySnapshotter(
              config.snapshots(),
              files,
              new KernelMountCalls(files),
              TarLimits.DEFAULT,
              config.layerForms());
      SnapshotAssembly opened =
          new SnapshotAssembly(
              config.node(),
              own,
              images,
              containers,
              snapshotter,
              snapshotter.contents(),
              new ImageServiceBlobs(channel));
      assembly = opened;
      ledgers.register("snapshot.images", images.ledger(), images.deadLetters());
      ledgers.register("snapshot.containers", containers.ledger(), containers.deadLetters());
      opened.start();
      server =
          Transport.serve(
              config.ownAddress(),
              new SnapshotsEndpoint(opened.inspection()),
              new FilesEndpoint(opened.looks()),
              new RootContentsEndpoint(opened.readRoot()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + config.snapshots(), e);
    }
  }

  private OwnedTopic<SnapshotState, SnapshotEvent> openOwn(LogSettings log) {
    TopicModel<SnapshotState, SnapshotEvent> model =
        new TopicModel<>("snapshot", new SnapshotCodec(), new SnapshotEvolution());
    return config
        .postgres()
        .map(postgres -> OwnedTopic.open(log, model, postgres, SnapshotConfig.states()))
        .orElseGet(() -> OwnedTopic.open(log, model));
  }

  void stop(@Observes ShutdownEvent event) {
    Server serving = server;
    if (serving != null) {
      serving.shutdown();
    }
    SnapshotAssembly opened = assembly;
    if (opened != null) {
      opened.close();
    }
    ManagedChannel channel = imageService;
    if (channel != null) {
      channel.shutdownNow();
    }
  }
}
