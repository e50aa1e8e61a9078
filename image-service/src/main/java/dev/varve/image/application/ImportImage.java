package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Problem;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.AddImages;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.ConfigChanges;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code docker import}: a root file system becomes an image of one layer. */
public final class ImportImage {
  private final ImageArchives archives;
  private final ContentStore content;
  private final Documents documents;
  private final ImageLog images;
  private final InstantSource clock;
  private final Urls urls;

  /** What a URL holds; by the rules for other people's files. */
  @FunctionalInterface
  public interface Urls {
    InputStream open(String url) throws IOException, InterruptedException;
  }

  /**
   * What a client wants.
   *
   * @param repository maybe with a tag; empty for an image without a name
   * @param source where the bytes come from: empty or "-" for the client itself, else a URL
   */
  public record Request(
      String repository,
      String tag,
      String message,
      List<String> changes,
      String platform,
      String source) {

    boolean isRemote() {
      return !source.isEmpty() && !source.equals("-");
    }
  }

  public ImportImage(
      ImageArchives archives,
      ContentStore content,
      Documents documents,
      ImageLog images,
      InstantSource clock,
      Urls urls) {
    this.archives = archives;
    this.content = content;
    this.documents = documents;
    this.images = images;
    this.clock = clock;
    this.urls = urls;
  }

  /**
   * @param sent what the client sends; not looked at when it names a URL
   */
  public void run(Request request, InputStream sent, ProgressLine.Sink progress, Cause cause)
      throws IOException, InterruptedException {
    Optional<Reference> reference = References.target(request.repository(), request.tag());
    Platform platform = platform(request.platform());
    RunConfig config = new RunConfig();
    ConfigChanges.apply(config, request.changes());
    ContentStore.Lease lease = content.lease();
    try {
      ArchivedLayer layer = read(request, sent, progress, lease);
      Image image = commit(request, platform, config, layer, lease);
      CrashPoint.reach("image.import.blobs-committed");
      AddImages command =
          new AddImages(
              List.of(new AddImages.Arrival(image, reference.stream().toList())), Set.of());
      var _ = images.run(cause, command::decide);
      progress.send(new ProgressLine.Status(image.id().value()));
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  private ArchivedLayer read(
      Request request, InputStream sent, ProgressLine.Sink progress, ContentStore.Lease lease)
      throws IOException, InterruptedException {
    if (!request.isRemote()) {
      return archives.readRoot(sent, lease);
    }
    String url = request.source().contains("://") ? request.source() : "http://" + request.source();
    try (InputStream bytes = open(url)) {
      // Said once it comes: a refusal before that is still the answer itself.
      progress.send(new ProgressLine.Status("Downloading from " + url));
      return archives.readRoot(bytes, lease);
    }
  }

  private InputStream open(String url) throws IOException, InterruptedException {
    try {
      return urls.open(url);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new Problem(Problem.Code.INTERNAL, "cannot download " + url + ": " + e.getMessage())
          .asException();
    }
  }

  private Image commit(
      Request request,
      Platform platform,
      RunConfig config,
      ArchivedLayer layer,
      ContentStore.Lease lease)
      throws IOException {
    String source = request.source().isEmpty() ? "-" : request.source();
    String comment = request.message().isEmpty() ? "Imported from " + source : request.message();
    Origin origin = new Origin(Origin.Kind.IMPORT, source);
    byte[] document =
        documents.config(
            new Documents.NewConfig(platform, clock.instant(), config, comment, layer.diffId()));
    ContentStore.Ingest configBlob = ingest(document, lease);
    byte[] manifest =
        documents.manifest(
            new Descriptor(Documents.OCI_CONFIG, configBlob.digest(), configBlob.size()),
            List.of(new Descriptor(layer.mediaType(), layer.digest(), layer.size())));
    ContentStore.Ingest manifestBlob = ingest(manifest, lease);
    lease.commit(List.of(layer.ingest(), configBlob, manifestBlob));
    Layer recorded =
        new Layer(
            0,
            layer.digest(),
            layer.diffId(),
            ChainId.chain(List.of(layer.diffId())).getFirst(),
            layer.size(),
            layer.mediaType(),
            "",
            layer.uncompressedSize(),
            origin);
    Digest id = configBlob.digest();
    return new Image(
        id,
        manifestBlob.digest(),
        Documents.OCI_MANIFEST,
        platform,
        List.of(recorded),
        origin,
        configBlob.size());
  }

  private static ContentStore.Ingest ingest(byte[] bytes, ContentStore.Lease lease)
      throws IOException {
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    return ingest;
  }

  private static Platform platform(String text) {
    Platform platform = Platforms.parse(text);
    if (!platform.os().equals(Platform.HOST.os())) {
      throw new Problem(Problem.Code.INVALID, "operating system is not supported").asException();
    }
    return platform;
  }
}
