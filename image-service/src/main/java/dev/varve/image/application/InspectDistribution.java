package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.Documents.IndexEntry;
import dev.varve.image.application.Documents.OciDocument;
import dev.varve.image.application.Registry.RemoteManifest;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.util.List;

/** {@code docker manifest inspect} and the like: what a registry has, without pulling it. */
public final class InspectDistribution {
  private final Registry registry;
  private final RemoteImages remote;
  private final Documents documents;

  public InspectDistribution(
      Registry registry, ContentStore content, Documents documents, ArchiveLimits limits) {
    this.registry = registry;
    this.remote = new RemoteImages(content, documents, limits);
    this.documents = documents;
  }

  /** What a reference names, and what it is for. */
  public record Answer(Descriptor descriptor, List<Platform> platforms) {}

  public Answer inspect(String text, Credentials credentials) throws IOException {
    Reference reference = Catalog.parse(text, Reference::parse).withDefaultTag();
    try {
      Registry.Repository repository = registry.pullFrom(reference, credentials);
      RemoteManifest manifest =
          remote.fetch(repository, RemoteImages.tagOrDigest(reference.lookupKey()));
      List<Platform> platforms =
          switch (remote.read(manifest, reference)) {
            case OciDocument.Index(String _, List<IndexEntry> entries) ->
                entries.stream().flatMap(entry -> entry.platform().stream()).toList();
            case OciDocument.Manifest(String _, Descriptor config, List<Descriptor> _) ->
                List.of(documents.config(remote.config(repository, config)).platform());
          };
      return new Answer(
          new Descriptor(manifest.mediaType(), manifest.digest(), manifest.bytes().length),
          platforms);
    } catch (RegistryException e) {
      throw translated(e);
    }
  }

  private static ProblemException translated(RegistryException e) throws RegistryException {
    Problem.Code code =
        switch (e.kind()) {
          case MANIFEST_UNKNOWN, NAME_UNKNOWN -> Problem.Code.NOT_FOUND;
          case DENIED -> Problem.Code.FORBIDDEN;
          case UNAUTHORIZED -> throw e;
          case UNTRUSTED, UNAVAILABLE -> Problem.Code.INTERNAL;
        };
    return new Problem(code, e.text()).asException();
  }
}
