package dev.varve.image.application.build;

import dev.varve.eventlog.Decision;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.Documents;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.RunConfig;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Makes images of what stages have come to. Any thread. */
final class BuiltImages {
  private final Documents documents;

  BuiltImages(Documents documents) {
    this.documents = documents;
  }

  /** The id that the image would have now. */
  Digest id(StageState state) {
    return Digest.of(document(state, state.document()));
  }

  /** Stores the stage's image, for an event that names it to follow. */
  Image store(Build build, StageState state) throws IOException {
    return store(build, state, state.document(), build.origin(Origin.Kind.BUILD, Optional.empty()));
  }

  /**
   * The image that a container of the next step stands on, and that destinations are looked up in:
   * recorded if no image has just these layers yet.
   */
  Digest ground(Build build, StageState state) throws IOException {
    // A stage that is done is looked at by several others.
    synchronized (state) {
      Digest standing = state.ground();
      return standing != null && state.isAboveKnown() && state.above().isEmpty()
          ? standing
          : newGround(build, state);
    }
  }

  /**
   * The same with one more layer that belongs to no image.
   *
   * @param cover empty for nothing more
   */
  Digest ground(Build build, StageState state, Optional<ContentStore.Ingest> cover)
      throws IOException {
    if (cover.isEmpty()) {
      return ground(build, state);
    }
    build.lease().commit(List.of(cover.get()));
    StageState covered = state.child();
    Origin origin = build.origin(Origin.Kind.BUILD_STEP, Optional.empty());
    covered.add(
        new StepKey("cover", state.chain()).add(cover.get().digest().value()).key(),
        "mounts of a step",
        state.created(),
        Optional.of(layer(state, cover.get(), origin)),
        origin);
    covered.coverUnknown();
    return newGround(build, covered);
  }

  private Digest newGround(Build build, StageState state) throws IOException {
    // Nobody else's image has this document, so that it can go with the build.
    Documents.BuiltConfig document =
        new Documents.BuiltConfig(
            state.platform(),
            state.created(),
            new RunConfig(),
            "",
            "a step of build " + build.id(),
            state.document().steps());
    Image image =
        store(build, state, document, build.origin(Origin.Kind.BUILD_STEP, Optional.empty()));
    build.addGround(image.id());
    build.append(
        List.of(
            new Decision.Draft<>(Subjects.image(image.id()), new ImageEvent.ImageAdded(image))));
    state.stand(image.id());
    return image.id();
  }

  private Image store(Build build, StageState state, Documents.BuiltConfig document, Origin origin)
      throws IOException {
    boolean docker = isDocker(state);
    ContentStore.Ingest config = ingest(build, document(state, document));
    String mediaType = docker ? Documents.DOCKER_MANIFEST : Documents.OCI_MANIFEST;
    byte[] bytes =
        documents.manifest(
            mediaType,
            new Descriptor(
                docker ? Documents.DOCKER_CONFIG : Documents.OCI_CONFIG,
                config.digest(),
                config.size()),
            state.layers().stream()
                .map(it -> new Descriptor(it.mediaType(), it.digest(), it.size()))
                .toList());
    ContentStore.Ingest manifest = ingest(build, bytes);
    build.lease().commit(List.of(config, manifest));
    return new Image(
        config.digest(),
        manifest.digest(),
        mediaType,
        state.platform(),
        state.layers(),
        origin,
        config.size());
  }

  /** In which words a manifest of this stage is written: its base's. */
  private static boolean isDocker(StageState state) {
    return state
        .base()
        .filter(base -> base.image().manifestMediaType().equals(Documents.DOCKER_MANIFEST))
        .isPresent();
  }

  static String layerType(StageState state) {
    return isDocker(state) ? Documents.DOCKER_LAYER : Documents.OCI_LAYER;
  }

  private byte[] document(StageState state, Documents.BuiltConfig document) {
    return documents.builtConfig(state.base().map(StageState.Base::document), document);
  }

  private static ContentStore.Ingest ingest(Build build, byte[] bytes) throws IOException {
    ContentStore.Ingest ingest = build.lease().ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    return ingest;
  }

  /** A layer that is complete in the content store, before it has its place. */
  static Layer layer(StageState state, ContentStore.Ingest ingest, Origin origin) {
    DiffId diffId = new DiffId(ingest.digest());
    return new Layer(
        0,
        ingest.digest(),
        diffId,
        ChainId.chain(List.of(diffId)).getFirst(),
        ingest.size(),
        layerType(state),
        "",
        ingest.size(),
        origin);
  }
}
