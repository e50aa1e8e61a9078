package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.DeleteManifest;
import dev.varve.image.domain.DeleteTag;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Content management: tags, manifests and blobs taken out of the engine's registry. */
public final class DeleteHosted {
  private final ContentStore content;
  private final HostedContent hosted;
  private final ImageLog images;

  public DeleteHosted(ContentStore content, HostedContent hosted, ImageLog images) {
    this.content = content;
    this.hosted = hosted;
    this.images = images;
  }

  public void manifest(String name, String tagOrDigest, Cause cause) {
    Reference wanted = HostedNames.manifest(name, tagOrDigest);
    if (wanted.digest().isEmpty()) {
      var _ = images.run(cause, new DeleteTag(wanted)::decide);
      return;
    }
    Set<Digest> served =
        Optional.ofNullable(hosted.imagesIn(wanted).get(wanted.digest().get()))
            .map(Image::id)
            .map(Set::of)
            .orElse(Set.of());
    Collection<ContainerUse> containers = images.containers().now();
    DeleteManifest command = new DeleteManifest(wanted, served);
    var _ = images.run(cause, catalog -> command.decide(catalog, containers));
  }

  /** A blob that nothing refers to, before its time. */
  public void blob(String name, String digestText) throws IOException {
    var _ = HostedNames.repository(name);
    Digest digest = HostedNames.digest(digestText);
    if (!content.has(digest)) {
      throw HostingProblem.blobUnknown();
    }
    if (!content.forget(digest, images::referencedBlobs)) {
      throw HostingProblem.unsupported("the blob is in use: delete the manifests that refer to it");
    }
  }
}
