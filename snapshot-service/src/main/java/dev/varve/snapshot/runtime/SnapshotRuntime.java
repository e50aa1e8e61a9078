package dev.varve.snapshot.runtime;

import dev.varve.api.transport.ServiceAddress;
import dev.varve.api.transport.Transport;
import dev.varve.archive.TarLimits;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.reactive.LedgerRegistry;
import dev.varve.eventlog.assembly.EngineSettings;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.LogSettings;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.ServiceStart;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.adapter.grpc.FilesEndpoint;
import dev.varve.snapshot.adapter.grpc.ImageServiceBlobs;
import dev.varve.snapshot.adapter.grpc.RootContentsEndpoint;
import dev.varve.snapshot.adapter.grpc.SnapshotsEndpoint;
import dev.varve.snapshot.adapter.grpc.VolumesEndpoint;
import dev.varve.snapshot.adapter.log.ContainerCodec;
import dev.varve.snapshot.adapter.log.ImageCodec;
import dev.varve.snapshot.adapter.log.SnapshotCodec;
import dev.varve.snapshot.adapter.overlay.LayerForms;
import dev.varve.snapshot.adapter.overlay.OverlaySnapshotter;
import dev.varve.snapshot.adapter.overlay.VolumeStore;
import dev.varve.snapshot.application.VolumeFiles;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotEvolution;
import dev.varve.snapshot.domain.SnapshotState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The service's life within a Quarkus application: opened when it starts, closed when it stops. */
@Singleton
public class SnapshotRuntime {
  private static final int STATE_VERSION = 2;

  private final EngineSettings engine;
  private final LayerForms layerForms;
  private final LedgerRegistry ledgers;
  private @Nullable SnapshotAssembly assembly;
  private final ServiceStart starting = new ServiceStart("snapshot");
  private @Nullable ManagedChannel imageService;
  private @Nullable Server server;

  @Inject
  SnapshotRuntime(
      EngineSettings engine,
      @ConfigProperty(name = "varve.snapshotter", defaultValue = "auto") String snapshotter,
      LedgerRegistry ledgers) {
    this.engine = engine;
    this.layerForms = LayerForms.parse(snapshotter);
    this.ledgers = ledgers;
  }

  SnapshotAssembly assembly() {
    SnapshotAssembly opened = assembly;
    if (opened == null) {
      throw new IllegalStateException("the snapshot service has not started");
    }
    return opened;
  }

  void begin(@Observes @Priority(ServiceStart.BEGIN) StartupEvent event) {
    starting.begin(this::start);
  }

  void await(@Observes StartupEvent event) throws InterruptedException {
    starting.await();
  }

  private void start() {
    LogSettings log = engine.log();
    OwnedTopic<SnapshotState, SnapshotEvent> own =
        OwnedTopic.open(
            engine,
            new TopicModel<>("snapshot", new SnapshotCodec(), new SnapshotEvolution()),
            states());
    FollowedTopic<ImageState, ImageEvent> images =
        FollowedTopic.open(
            log, new TopicModel<>("image", new ImageCodec(), ImageEvent.evolution()));
    FollowedTopic<ContainerState, ContainerEvent> containers =
        FollowedTopic.open(
            log, new TopicModel<>("container", new ContainerCodec(), ContainerEvent.evolution()));
    ManagedChannel channel = Transport.connect(ServiceAddress.parse(engine.address("image")));
    imageService = channel;
    Path snapshots = engine.root().resolve("snapshots");
    try {
      FileCalls files = new KernelFileCalls();
      MountCalls mounts = new KernelMountCalls(files);
      OverlaySnapshotter snapshotter =
          new OverlaySnapshotter(snapshots, files, mounts, TarLimits.DEFAULT, layerForms);
      VolumeFiles volumes =
          new VolumeStore(
              engine.root().resolve("volumes"),
              engine.root().resolve("volume-snapshots"),
              files,
              mounts,
              TarLimits.DEFAULT);
      SnapshotAssembly opened =
          new SnapshotAssembly(
              engine.node(),
              own,
              images,
              containers,
              snapshotter,
              snapshotter.contents(),
              volumes,
              snapshotter.imageMounts(),
              snapshotter.files(),
              new ImageServiceBlobs(channel));
      assembly = opened;
      ledgers.register("snapshot.images", images.ledger(), images.deadLetters());
      ledgers.register("snapshot.containers", containers.ledger(), containers.deadLetters());
      opened.start();
      server =
          Transport.serve(
              ServiceAddress.parse(engine.address("snapshot")),
              new SnapshotsEndpoint(opened.inspection()),
              new FilesEndpoint(opened.looks()),
              new RootContentsEndpoint(opened.readRoot(), opened.copyFiles()),
              new VolumesEndpoint(opened.volumes(), opened.volumeSnapshots()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + snapshots, e);
    }
  }

  static JsonStateCodec<SnapshotState> states() {
    return JsonStateCodec.of(
        SnapshotState.class,
        STATE_VERSION,
        Map.of(
            "layer", SnapshotState.LayerPresent.class,
            "layer-failed", SnapshotState.LayerFailed.class,
            "root", SnapshotState.RootPresent.class,
            "root-failed", SnapshotState.RootFailed.class,
            "volume", SnapshotState.VolumePresent.class,
            "volume-snapshot", SnapshotState.VolumeKept.class));
  }

  void stop(@Observes ShutdownEvent event) {
    starting.settle();
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
