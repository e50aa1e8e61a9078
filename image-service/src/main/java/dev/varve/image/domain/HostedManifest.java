package dev.varve.image.domain;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A manifest or index that was pushed to this engine's registry and is served as it came.
 *
 * @param repository neither tagged nor with a digest
 * @param size bytes
 * @param artifactType what it says it is; empty of an index that does not say
 * @param subject the manifest that this one is about, which need not be here
 * @param blobs config and layers that are kept for it
 * @param manifests of an index: what it lists
 */
public record HostedManifest(
    Reference repository,
    Digest digest,
    String mediaType,
    long size,
    String artifactType,
    Optional<Digest> subject,
    List<Digest> blobs,
    List<Digest> manifests,
    Origin origin) {

  public HostedManifest {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /** Every blob of the content store that it needs to be served whole. */
  public Set<Digest> needs() {
    Set<Digest> needs = new HashSet<>(blobs);
    needs.addAll(manifests);
    needs.add(digest);
    return needs;
  }

  public Reference name() {
    return repository.atDigest(digest);
  }
}
