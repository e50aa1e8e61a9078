package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.image.domain.AddImages;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.ConfigChanges;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code docker commit}: a container's changes become a layer, and with its image's layers an
 * image. The layer is stored as it comes, an uncompressed tar: packing it would take several times
 * as long as all the rest, and most committed images are never pushed. Whatever goes wrong before
 * the event leaves nothing behind.
 */
public final class CommitContainer {
  private static final int BUFFER = 1 << 18;

  /** Of two empty blocks: an archive without entries. */
  private static final Digest EMPTY_TAR = Digest.of(new byte[1024]);

  private final ContainerChanges changes;
  private final ContentStore content;
  private final Documents documents;
  private final ImageConfigs configs;
  private final ImageLog images;
  private final InstantSource clock;
  private final ArchiveLimits limits;

  /**
   * What a client wants.
   *
   * @param config what the container was run with
   * @param createdBy the container's command, for the history
   * @param instructions of Dockerfiles, applied to the config
   * @param repository maybe with a tag; empty for an image without a name
   */
  public record Request(
      String containerId,
      String containerName,
      String containerImage,
      Digest parent,
      RunConfig config,
      String createdBy,
      String author,
      String comment,
      List<String> instructions,
      String repository,
      String tag) {}

  public CommitContainer(
      ContainerChanges changes,
      ContentStore content,
      Documents documents,
      ImageConfigs configs,
      ImageLog images,
      InstantSource clock,
      ArchiveLimits limits) {
    this.changes = changes;
    this.content = content;
    this.documents = documents;
    this.configs = configs;
    this.images = images;
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * @return the image's id
   * @throws dev.varve.eventlog.ProblemException when it is refused, with Docker's text
   */
  public Digest run(Request request, Cause cause) throws IOException {
    Optional<Reference> reference = References.target(request.repository(), request.tag());
    ConfigChanges.apply(request.config(), request.instructions());
    Image parent = parent(request.parent());
    ContentStore.Lease lease = content.lease();
    try {
      HeldImages.hold(parent, lease, content);
      ContentStore.Ingest layer = ingest(request.containerId(), lease);
      Image image = commit(request, reference, parent, layer, lease);
      CrashPoint.reach("image.commit.blob-committed");
      AddImages command =
          new AddImages(
              List.of(new AddImages.Arrival(image, reference.stream().toList())), Set.of());
      var _ = images.run(cause, command::decide);
      CrashPoint.reach("image.commit.recorded");
      return image.id();
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  /** Also one that was removed while the container kept its blobs. */
  private Image parent(Digest id) {
    return images
        .catalog()
        .image(id)
        .or(() ->
            images.catalog().removedImages().stream()
                .filter(removed -> removed.id().equals(id))
                .findFirst())
        .orElseThrow(() -> Catalog.noSuchImage(id.value()));
  }

  private ContentStore.Ingest ingest(String containerId, ContentStore.Lease lease)
      throws IOException {
    ContentStore.Ingest ingest = lease.ingest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream tar = changes.open(containerId)) {
      for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
        ingest.write(buffer, 0, count);
        if (ingest.size() > limits.unpacked()) {
          throw new IOException("the container's changes are larger than " + limits.unpacked());
        }
      }
    }
    ingest.finish();
    return ingest;
  }

  private Image commit(
      Request request,
      Optional<Reference> reference,
      Image parent,
      ContentStore.Ingest layer,
      ContentStore.Lease lease)
      throws IOException {
    Instant now = clock.instant();
    boolean empty = layer.digest().equals(EMPTY_TAR);
    boolean docker = parent.manifestMediaType().equals(Documents.DOCKER_MANIFEST);
    Origin origin =
        Origin.commit(
            new Origin.Committed(
                request.containerId(),
                request.containerName(),
                request.containerImage(),
                parent.id(),
                request.comment(),
                reference.map(Reference::familiar).orElse("")));
    ImageConfigs.Loaded below = configs.of(parent);
    byte[] config =
        documents.childConfig(
            below.bytes(),
            new Documents.NewChild(
                now,
                request.config(),
                request.containerId(),
                request.author(),
                request.createdBy(),
                request.comment(),
                empty ? Optional.empty() : Optional.of(new DiffId(layer.digest()))));
    List<Layer> layers = new ArrayList<>(parent.layers());
    if (!empty) {
      layers.add(layer(request, below.config(), parent, layer, docker, origin));
    }
    ContentStore.Ingest configBlob = ingest(config, lease);
    String mediaType = docker ? Documents.DOCKER_MANIFEST : Documents.OCI_MANIFEST;
    byte[] manifest =
        documents.manifest(
            mediaType,
            new Descriptor(
                docker ? Documents.DOCKER_CONFIG : Documents.OCI_CONFIG,
                configBlob.digest(),
                configBlob.size()),
            layers.stream()
                .map(it -> new Descriptor(it.mediaType(), it.digest(), it.size()))
                .toList());
    ContentStore.Ingest manifestBlob = ingest(manifest, lease);
    if (empty) {
      layer.abort();
    }
    lease.commit(
        Stream.of(layer, configBlob, manifestBlob).filter(it -> !empty || it != layer).toList());
    return new Image(
        configBlob.digest(),
        manifestBlob.digest(),
        mediaType,
        parent.platform(),
        layers,
        origin,
        configBlob.size());
  }

  private static Layer layer(
      Request request,
      ImageConfig below,
      Image parent,
      ContentStore.Ingest layer,
      boolean docker,
      Origin origin) {
    List<DiffId> diffIds = new ArrayList<>(below.diffIds());
    DiffId diffId = new DiffId(layer.digest());
    diffIds.add(diffId);
    return new Layer(
        parent.layers().size(),
        layer.digest(),
        diffId,
        ChainId.chain(diffIds).getLast(),
        layer.size(),
        docker ? Documents.DOCKER_LAYER : Documents.OCI_LAYER,
        request.createdBy(),
        layer.size(),
        origin);
  }

  private static ContentStore.Ingest ingest(byte[] bytes, ContentStore.Lease lease)
      throws IOException {
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    return ingest;
  }
}
