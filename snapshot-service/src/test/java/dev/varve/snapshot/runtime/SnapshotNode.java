package dev.varve.snapshot.runtime;

import dev.varve.archive.TarLimits;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.eventlog.assembly.TopicModel;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.LeaseOpened;
import dev.varve.events.container.v1.RemoveRequested;
import dev.varve.events.container.v1.RootFilesystemMissing;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.ImageReclaimed;
import dev.varve.events.image.v1.ImageRemoved;
import dev.varve.events.image.v1.LayerAbandoned;
import dev.varve.events.image.v1.LayerFetched;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.snapshot.adapter.log.ContainerCodec;
import dev.varve.snapshot.adapter.log.ImageCodec;
import dev.varve.snapshot.adapter.log.SnapshotCodec;
import dev.varve.snapshot.adapter.overlay.LayerForms;
import dev.varve.snapshot.adapter.overlay.OverlaySnapshotter;
import dev.varve.snapshot.adapter.overlay.VolumeStore;
import dev.varve.snapshot.application.BlobSource;
import dev.varve.snapshot.application.BlobUnavailableException;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.Digest;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotEvolution;
import dev.varve.snapshot.testing.SharedLog;
import dev.varve.snapshot.testing.TestLayers;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.MountPoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The service on one node between logs in memory, with the other services played by this class. Can
 * be stopped and started again over the same logs and directory.
 */
final class SnapshotNode implements AutoCloseable {
  static final String NODE = "node-1";

  final SharedLog imageLog = new SharedLog();
  final SharedLog containerLog = new SharedLog();
  final SharedLog snapshotLog = new SharedLog();
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<Digest, AtomicInteger> opened = new ConcurrentHashMap<>();
  final AtomicInteger unavailable = new AtomicInteger();
  private final Map<Subject, Long> sequences = new ConcurrentHashMap<>();
  private final Path root;
  private final FileCalls files;
  private final MountCalls mounts;
  private @Nullable SnapshotAssembly running;

  SnapshotNode(Path root, FileCalls files, MountCalls mounts) {
    this.root = root;
    this.files = files;
    this.mounts = mounts;
  }

  /** Returns when what was there is in order. */
  void start() throws IOException {
    FollowedTopic<ImageState, ImageEvent> images =
        FollowedTopic.over(
            imageLog, new TopicModel<>("image", new ImageCodec(), ImageEvent.evolution()));
    FollowedTopic<ContainerState, ContainerEvent> containers =
        FollowedTopic.over(
            containerLog,
            new TopicModel<>("container", new ContainerCodec(), ContainerEvent.evolution()));
    OverlaySnapshotter snapshotter =
        new OverlaySnapshotter(root, files, mounts, TarLimits.DEFAULT, LayerForms.DIRECTORIES);
    SnapshotAssembly assembly =
        new SnapshotAssembly(
            NODE,
            OwnedTopic.over(
                snapshotLog,
                NODE,
                new TopicModel<>("snapshot", new SnapshotCodec(), new SnapshotEvolution())),
            images,
            containers,
            snapshotter,
            snapshotter.contents(),
            new VolumeStore(
                root.resolveSibling("volumes"),
                root.resolveSibling("volume-snapshots"),
                files,
                mounts,
                TarLimits.DEFAULT),
            snapshotter.imageMounts(),
            snapshotter.files(),
            blobSource());
    images
        .ledger()
        .listen(change -> {
          if (images.ledger().isCaughtUp()) {
            assembly.reactions().onImage(change);
          }
        });
    containers
        .ledger()
        .listen(change -> {
          if (containers.ledger().isCaughtUp()) {
            assembly.reactions().onContainer(change);
          }
        });
    running = assembly;
    assembly.start().join();
  }

  private BlobSource blobSource() {
    return new BlobSource() {
      @Override
      public InputStream open(Digest blob) throws IOException {
        opened.computeIfAbsent(blob, ignored -> new AtomicInteger()).incrementAndGet();
        if (unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          throw new BlobUnavailableException("not now", new IOException("down"));
        }
        byte[] bytes = blobs.get(blob);
        if (bytes == null) {
          throw new IOException("no blob " + blob);
        }
        return new ByteArrayInputStream(bytes);
      }
    };
  }

  SnapshotAssembly assembly() {
    SnapshotAssembly assembly = running;
    if (assembly == null) {
      throw new IllegalStateException("not running");
    }
    return assembly;
  }

  void stop() {
    SnapshotAssembly assembly = running;
    if (assembly != null) {
      assembly.close();
      running = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  Image addImage(String id, byte[]... archives) {
    Image image = TestLayers.image(id, archives);
    for (int i = 0; i < archives.length; i++) {
      blobs.put(image.layers().get(i).blob(), archives[i]);
    }
    announce(image);
    return image;
  }

  void announce(Image image) {
    ImageAdded.Builder added = ImageAdded.newBuilder().setImageId(image.id());
    int ordinal = 0;
    for (Layer layer : image.layers()) {
      added.addLayers(message(ordinal++, layer));
    }
    say(
        imageLog,
        ImageEvent.subject(image.id()),
        "image.v1.ImageAdded",
        added.build().toByteArray());
  }

  /** One layer of an image that is still on its way. */
  void fetchLayer(Layer layer, byte[] archive) {
    blobs.put(layer.blob(), archive);
    say(
        imageLog,
        ImageEvent.layerSubject(layer.chainId()),
        "image.v1.LayerFetched",
        LayerFetched.newBuilder()
            .setLayer(message(0, layer))
            .setParentChainId(layer.parent().map(ChainId::text).orElse(""))
            .build()
            .toByteArray());
  }

  void abandonLayer(Layer layer) {
    say(
        imageLog,
        ImageEvent.layerSubject(layer.chainId()),
        "image.v1.LayerAbandoned",
        LayerAbandoned.newBuilder().setChainId(layer.chainId().text()).build().toByteArray());
  }

  private static dev.varve.events.image.v1.Layer message(int ordinal, Layer layer) {
    return dev.varve.events.image.v1.Layer.newBuilder()
        .setOrdinal(ordinal)
        .setDigest(layer.blob().text())
        .setDiffId(layer.diffId().text())
        .setChainId(layer.chainId().text())
        .setMediaType(layer.mediaType())
        .setUncompressedSize(layer.uncompressedSize())
        .build();
  }

  void removeImage(Image image) {
    say(
        imageLog,
        ImageEvent.subject(image.id()),
        "image.v1.ImageRemoved",
        ImageRemoved.newBuilder().setImageId(image.id()).build().toByteArray());
  }

  /** What the image service says of a removed image once no container is made from it. */
  void reclaimImage(Image image) {
    say(
        imageLog,
        ImageEvent.subject(image.id()),
        "image.v1.ImageReclaimed",
        ImageReclaimed.newBuilder().setImageId(image.id()).build().toByteArray());
  }

  void createContainer(String id, Image image) {
    createContainer(id, image, NODE);
  }

  void createContainer(String id, Image image, String node) {
    Created created =
        Created.newBuilder()
            .setContainerId(id)
            .setNode(node)
            .setSpec(ContainerSpec.newBuilder().setImageId(image.id()))
            .build();
    say(containerLog, ContainerEvent.subject(id), "container.v1.Created", created.toByteArray());
  }

  /** One that refers to volumes, by their names or, for those that nobody named, as 64 digits. */
  void createContainer(String id, Image image, Map<String, String> volumes) {
    HostSpec.Builder host = HostSpec.newBuilder();
    volumes.forEach((name, destination) ->
        host.addMountPoints(
            MountPoint.newBuilder()
                .setDestination(destination)
                .setVolume(
                    MountPoint.Volume.newBuilder()
                        .setName(name)
                        .setDriver("local")
                        .setAnonymous(name.length() == 64))));
    Created created =
        Created.newBuilder()
            .setContainerId(id)
            .setNode(NODE)
            .setSpec(ContainerSpec.newBuilder().setImageId(image.id()).setHost(host))
            .build();
    say(containerLog, ContainerEvent.subject(id), "container.v1.Created", created.toByteArray());
  }

  /** One that has the files of another image at {@code /i}. */
  void createContainerWith(String mounted, String id, Image image) {
    HostSpec.Builder host = HostSpec.newBuilder();
    host.addMountPointsBuilder()
        .setDestination("/i")
        .setReadOnly(true)
        .setImage(MountPoint.Image.newBuilder().setReference("tools").setImageId(mounted));
    Created created =
        Created.newBuilder()
            .setContainerId(id)
            .setNode(NODE)
            .setSpec(ContainerSpec.newBuilder().setImageId(image.id()).setHost(host))
            .build();
    say(containerLog, ContainerEvent.subject(id), "container.v1.Created", created.toByteArray());
  }

  /** One made under a lease, that refers to a volume. */
  void createContainerUnder(String lease, String id, Image image, String volume) {
    HostSpec.Builder host = HostSpec.newBuilder();
    host.addMountPointsBuilder()
        .setDestination("/v")
        .setVolume(MountPoint.Volume.newBuilder().setName(volume).setDriver("local"));
    Created created =
        Created.newBuilder()
            .setContainerId(id)
            .setNode(NODE)
            .setSpec(
                ContainerSpec.newBuilder()
                    .setImageId(image.id())
                    .putLabels("dev.varve.lease", lease)
                    .setHost(host))
            .build();
    say(containerLog, ContainerEvent.subject(id), "container.v1.Created", created.toByteArray());
  }

  void openLease(String id) {
    say(
        containerLog,
        ContainerEvent.leaseSubject(id),
        "container.v1.LeaseOpened",
        LeaseOpened.newBuilder().setLeaseId(id).build().toByteArray());
  }

  void endLease(String id) {
    say(containerLog, ContainerEvent.leaseSubject(id), "container.v1.LeaseEnded", new byte[0]);
  }

  void requestRemoval(String id, boolean volumes) {
    say(
        containerLog,
        ContainerEvent.subject(id),
        "container.v1.RemoveRequested",
        RemoveRequested.newBuilder().setVolumes(volumes).build().toByteArray());
  }

  void missRoot(String id) {
    say(
        containerLog,
        ContainerEvent.subject(id),
        "container.v1.RootFilesystemMissing",
        RootFilesystemMissing.getDefaultInstance().toByteArray());
  }

  /** An event that says nothing but that it happened. */
  void containerSays(String id, String event) {
    say(containerLog, ContainerEvent.subject(id), "container.v1." + event, new byte[0]);
  }

  void removeContainer(String id) {
    say(containerLog, ContainerEvent.subject(id), "container.v1.Removed", new byte[0]);
  }

  private void say(SharedLog log, Subject subject, String type, byte[] data) {
    long sequence = sequences.merge(subject, 1L, Long::sum);
    log.say(NODE, subject, sequence, "dev.varve." + type, data);
  }

  /** What this service recorded, in order. */
  List<SnapshotEvent> recorded() {
    SnapshotCodec codec = new SnapshotCodec();
    return snapshotLog.records().stream()
        .map(LogRecord::proposal)
        .map(proposal -> codec.decode(proposal.type(), proposal.data()))
        .toList();
  }

  List<Cause> causes() {
    return snapshotLog.records().stream().map(record -> record.proposal().cause()).toList();
  }

  <E extends SnapshotEvent> List<E> recorded(Class<E> type) {
    return recorded().stream().filter(type::isInstance).map(type::cast).toList();
  }
}
