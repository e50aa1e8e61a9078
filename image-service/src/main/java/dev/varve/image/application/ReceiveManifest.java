package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.Documents.IndexEntry;
import dev.varve.image.application.Documents.OciDocument;
import dev.varve.image.application.ServedImages.Served;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RecordReceived;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes in a manifest or index that somebody pushes to the engine's registry: checked against the
 * blobs that have come before it, recorded with what it names, and made an image of the engine when
 * it can run here. Blobs first, then one batch of events.
 */
public final class ReceiveManifest {
  /** Bounds the event, which names them all. */
  private static final int MAX_DESCRIPTORS = 4096;

  private final ContentStore content;
  private final Documents documents;
  private final ArchiveLimits limits;
  private final HostedContent hosted;
  private final ServedImages served;
  private final ReceivedImages received;
  private final ImageLog images;

  public ReceiveManifest(
      ContentStore content,
      Documents documents,
      ArchiveLimits limits,
      HostedContent hosted,
      ServedImages served,
      LayerFetches fetches,
      ImageLog images) {
    this.content = content;
    this.documents = documents;
    this.limits = limits;
    this.hosted = hosted;
    this.served = served;
    this.received = new ReceivedImages(content, documents, limits, fetches, images);
    this.images = images;
  }

  /**
   * What somebody pushes.
   *
   * @param mediaType as the client says; may be empty
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(String name, String tagOrDigest, String mediaType, byte[] bytes) {}

  /** What was recorded. */
  public record Outcome(Digest digest, Optional<Digest> subject) {}

  /** A document, read. */
  private record Read(OciDocument document, Documents.About about) {
    Read {
      int descriptors =
          switch (document) {
            case OciDocument.Manifest manifest -> manifest.layers().size() + 1;
            case OciDocument.Index index -> index.entries().size();
          };
      if (descriptors > MAX_DESCRIPTORS) {
        throw HostingProblem.manifestInvalid(
            "a manifest lists at most %d things".formatted(MAX_DESCRIPTORS));
      }
    }
  }

  /** Returns when it is recorded. */
  public Outcome receive(Request request, Cause cause) throws IOException, InterruptedException {
    Reference target = HostedNames.manifest(request.name(), request.tagOrDigest());
    if (request.bytes().length > limits.document()) {
      throw HostingProblem.sizeInvalid(
          "a manifest has at most %d bytes".formatted(limits.document()));
    }
    Digest digest = Digest.of(request.bytes());
    if (target.digest().filter(wanted -> !wanted.equals(digest)).isPresent()) {
      throw HostingProblem.digestInvalid("provided digest did not match uploaded content");
    }
    Read read = read(request.mediaType(), request.bytes());
    ContentStore.Lease lease = content.lease();
    try {
      record(target, digest, read, request.bytes(), lease, cause);
    } finally {
      lease.release(images::referencedBlobs);
    }
    content.expire(images::referencedBlobs);
    return new Outcome(digest, read.about().subject());
  }

  private void record(
      Reference target,
      Digest digest,
      Read read,
      byte[] bytes,
      ContentStore.Lease lease,
      Cause cause)
      throws IOException, InterruptedException {
    Origin origin = Origin.received(target, digest, cause.actor());
    HostedManifest manifest = hosted(target, digest, read, bytes.length, origin);
    lease.hold(manifest.needs());
    List<HostedManifest> adopted = new ArrayList<>();
    Optional<Image> image =
        switch (read.document()) {
          case OciDocument.Manifest document -> {
            requireBlobs(document);
            yield received.image(digest, document, origin, lease);
          }
          case OciDocument.Index document -> {
            adopted.addAll(adopt(target, document, lease, cause));
            yield imageOf(document, origin, lease);
          }
        };
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    lease.commit(List.of(ingest));
    CrashPoint.reach("image.receive.blobs-committed");
    RecordReceived command =
        new RecordReceived(
            manifest, adopted, image, image.map(this::isComplete).orElse(true), target);
    var _ = images.run(cause, command::decide);
    CrashPoint.reach("image.receive.recorded");
  }

  private Read read(String mediaType, byte[] bytes) {
    try {
      OciDocument document = documents.oci(bytes);
      if (!mediaType.isEmpty() && !mediaType.equals(document.mediaType())) {
        throw HostingProblem.manifestInvalid("it is sent as another media type than it has");
      }
      return new Read(document, documents.about(bytes));
    } catch (ProblemException e) {
      String message = e.problem().message();
      throw message.startsWith("MANIFEST_INVALID ")
          ? e
          : HostingProblem.manifestInvalid(message.replaceFirst("^invalid archive: ", ""));
    }
  }

  private HostedManifest hosted(
      Reference repository, Digest digest, Read read, long size, Origin origin) {
    List<Digest> blobs = new ArrayList<>();
    List<Digest> manifests = new ArrayList<>();
    String artifactType = read.about().artifactType();
    switch (read.document()) {
      case OciDocument.Manifest(String _, Descriptor config, List<Descriptor> layers) -> {
        blobs.add(config.digest());
        layers.stream()
            .filter(layer -> !ReceivedImages.isElsewhere(layer) || content.has(layer.digest()))
            .forEach(layer -> blobs.add(layer.digest()));
        artifactType = artifactType.isEmpty() ? config.mediaType() : artifactType;
      }
      case OciDocument.Index(String _, List<IndexEntry> entries) ->
          entries.forEach(entry -> manifests.add(entry.descriptor().digest()));
    }
    return new HostedManifest(
        repository.repository(),
        digest,
        read.document().mediaType(),
        size,
        artifactType,
        read.about().subject(),
        blobs.stream().distinct().toList(),
        manifests.stream().distinct().toList(),
        origin);
  }

  private void requireBlobs(OciDocument.Manifest document) throws IOException {
    requireBlob(document.config());
    for (Descriptor layer : document.layers()) {
      if (!ReceivedImages.isElsewhere(layer) || content.has(layer.digest())) {
        requireBlob(layer);
      }
    }
  }

  private void requireBlob(Descriptor blob) throws IOException {
    if (!content.has(blob.digest())) {
      throw HostingProblem.manifestBlobUnknown(blob.digest().value());
    }
    long size = content.size(blob.digest());
    if (size != blob.size()) {
      throw HostingProblem.manifestInvalid(
          "%s has %d bytes, its descriptor says %d".formatted(blob.digest(), size, blob.size()));
    }
  }

  /** What an index lists must be here: pushed before, or an image of the same repository. */
  private List<HostedManifest> adopt(
      Reference target, OciDocument.Index index, ContentStore.Lease lease, Cause cause)
      throws IOException, InterruptedException {
    List<HostedManifest> adopted = new ArrayList<>();
    Map<Digest, Image> here = hosted.imagesIn(target);
    for (IndexEntry entry : index.entries()) {
      Digest digest = entry.descriptor().digest();
      Optional<HostedManifest> known = images.catalog().manifest(target.atDigest(digest));
      long size;
      if (known.isPresent()) {
        size = known.get().size();
      } else {
        Image image = here.get(digest);
        if (image == null) {
          throw HostingProblem.manifestBlobUnknown(digest.value());
        }
        HostedManifest manifest = adopt(target, image, lease, cause);
        adopted.add(manifest);
        size = manifest.size();
      }
      if (size != entry.descriptor().size()) {
        throw HostingProblem.manifestInvalid(
            "%s has %d bytes, its descriptor says %d"
                .formatted(digest, size, entry.descriptor().size()));
      }
    }
    return adopted;
  }

  private HostedManifest adopt(Reference target, Image image, ContentStore.Lease lease, Cause cause)
      throws IOException, InterruptedException {
    Served manifest = served.manifest(image, cause);
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(manifest.bytes(), 0, manifest.bytes().length);
    ingest.finish();
    lease.commit(List.of(ingest));
    Read read = read(manifest.mediaType(), manifest.bytes());
    HostedManifest adopted =
        hosted(target, manifest.digest(), read, manifest.bytes().length, image.origin());
    lease.hold(adopted.needs());
    return adopted;
  }

  /** The image that an index means for this machine. */
  private Optional<Image> imageOf(OciDocument.Index index, Origin origin, ContentStore.Lease lease)
      throws IOException, InterruptedException {
    Optional<IndexEntry> entry = RemoteImages.fitting(index.entries(), Platform.HOST);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Descriptor descriptor = entry.get().descriptor();
    Served manifest = served.stored(descriptor.mediaType(), descriptor.digest());
    return switch (read(descriptor.mediaType(), manifest.bytes()).document()) {
      case OciDocument.Manifest document ->
          received.image(descriptor.digest(), document, origin, lease);
      case OciDocument.Index _ -> Optional.empty();
    };
  }

  /** Whether the present image of this id, if there is one, has all of its blobs. */
  private boolean isComplete(Image image) {
    return images
        .catalog()
        .image(image.id())
        .filter(known -> !known.blobs().stream().allMatch(content::has))
        .isEmpty();
  }
}
