package dev.varve.image.application;

import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.Documents.OciDocument;
import dev.varve.image.application.LayerFetches.Unpacked;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Finds out whether a pushed manifest is an image that this machine can run. Then its layers are
 * unpacked once, and must be what its config says.
 */
final class ReceivedImages {
  private static final Set<String> CONFIGS = Set.of(Documents.OCI_CONFIG, Documents.DOCKER_CONFIG);

  private final ContentStore content;
  private final Documents documents;
  private final ArchiveLimits limits;
  private final LayerFetches fetches;
  private final ImageLog images;

  ReceivedImages(
      ContentStore content,
      Documents documents,
      ArchiveLimits limits,
      LayerFetches fetches,
      ImageLog images) {
    this.content = content;
    this.documents = documents;
    this.limits = limits;
    this.fetches = fetches;
    this.images = images;
  }

  /** Layers that their maker does not let others distribute, so that they need not be here. */
  static boolean isElsewhere(Descriptor layer) {
    return layer.mediaType().contains("foreign") || layer.mediaType().contains("nondistributable");
  }

  /**
   * Empty when it is something else: an artifact, or for another platform.
   *
   * @param manifest of the document, whose blobs are all here
   * @throws ProblemException when it says it is an image for us and its layers are others
   */
  Optional<Image> image(
      Digest manifest, OciDocument.Manifest document, Origin origin, ContentStore.Lease lease)
      throws IOException, InterruptedException {
    List<Descriptor> descriptors = document.layers();
    if (!CONFIGS.contains(document.config().mediaType())
        || document.config().size() > limits.document()
        || descriptors.size() > limits.layers()
        || !descriptors.stream().allMatch(ReceivedImages::isLayer)) {
      return Optional.empty();
    }
    lease.hold(List.of(document.config().digest()));
    lease.hold(descriptors.stream().map(Descriptor::digest).toList());
    Optional<ImageConfig> read = config(document.config().digest());
    if (read.isEmpty()
        || !read.get().platform().runsOn(Platform.HOST)
        || read.get().diffIds().size() != descriptors.size()) {
      return Optional.empty();
    }
    ImageConfig config = read.get();
    Map<Digest, Layer> known = fetches.ofImages();
    List<Unpacked> unpacked = measure(descriptors, known);
    List<ChainId> chain = ChainId.chain(config.diffIds());
    List<String> createdBy = config.createdByOfLayers();
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < descriptors.size(); i++) {
      Descriptor blob = descriptors.get(i);
      if (!unpacked.get(i).diffId().equals(config.diffIds().get(i))) {
        throw HostingProblem.manifestInvalid(
            "layers from manifest don't match image configuration");
      }
      Layer before = known.get(blob.digest());
      layers.add(
          new Layer(
              i,
              blob.digest(),
              unpacked.get(i).diffId(),
              chain.get(i),
              blob.size(),
              blob.mediaType(),
              createdBy.get(i),
              unpacked.get(i).size(),
              before == null ? origin : before.origin()));
    }
    return Optional.of(
        new Image(
            document.config().digest(),
            manifest,
            document.mediaType(),
            config.platform(),
            layers,
            origin,
            document.config().size()));
  }

  private static boolean isLayer(Descriptor layer) {
    return layer.mediaType().contains("tar") && !isElsewhere(layer);
  }

  private Optional<ImageConfig> config(Digest digest) throws IOException {
    try (InputStream blob = content.reader(digest)) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.of(bytes).equals(digest)) {
        throw new CorruptBlobException(digest);
      }
      return Optional.of(documents.config(bytes));
    } catch (ProblemException notOurs) {
      return Optional.empty();
    }
  }

  private List<Unpacked> measure(List<Descriptor> descriptors, Map<Digest, Layer> known)
      throws IOException, InterruptedException {
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Unpacked>> futures = new ArrayList<>();
      for (Descriptor layer : descriptors) {
        futures.add(workers.submit(() -> fetches.measure(layer.digest(), known)));
      }
      List<Unpacked> unpacked = new ArrayList<>();
      for (Future<Unpacked> future : futures) {
        unpacked.add(future.get());
      }
      return unpacked;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case ProblemException refused ->
            throw HostingProblem.manifestInvalid(
                refused.problem().message().replaceFirst("^invalid archive: ", ""));
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      workers.shutdownNow();
      workers.close();
    }
  }
}
