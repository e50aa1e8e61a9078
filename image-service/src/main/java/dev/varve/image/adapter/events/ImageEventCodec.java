package dev.varve.image.adapter.events;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.varve.eventlog.EventCodec;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.PackedLayer;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link ImageEvent}s as {@code varve.image.v1} messages. */
public final class ImageEventCodec implements EventCodec<ImageEvent> {
  private static final String PREFIX = "dev.varve.image.v1.";

  @Override
  public String typeOf(ImageEvent event) {
    return PREFIX + event.getClass().getSimpleName();
  }

  @Override
  public byte[] encode(ImageEvent event) {
    return message(event).toByteArray();
  }

  @Override
  public @Nullable ImageEvent decode(String type, byte[] data) {
    if (!type.startsWith(PREFIX)) {
      return null;
    }
    try {
      return switch (type.substring(PREFIX.length())) {
        case "ImageAdded" -> added(dev.varve.events.image.v1.ImageAdded.parseFrom(data));
        case "ImageRemoved" ->
            new ImageEvent.ImageRemoved(
                new Digest(dev.varve.events.image.v1.ImageRemoved.parseFrom(data).getImageId()));
        case "ImageReclaimed" ->
            new ImageEvent.ImageReclaimed(
                new Digest(dev.varve.events.image.v1.ImageReclaimed.parseFrom(data).getImageId()));
        case "ReferenceSet" -> set(dev.varve.events.image.v1.ReferenceSet.parseFrom(data));
        case "ReferenceDropped" ->
            dropped(dev.varve.events.image.v1.ReferenceDropped.parseFrom(data));
        case "Pulled" -> pulled(dev.varve.events.image.v1.Pulled.parseFrom(data));
        case "Pushed" -> pushed(dev.varve.events.image.v1.Pushed.parseFrom(data));
        case "PullFailed" -> pullFailed(dev.varve.events.image.v1.PullFailed.parseFrom(data));
        case "PushFailed" -> pushFailed(dev.varve.events.image.v1.PushFailed.parseFrom(data));
        case "LayerFetched" -> fetched(dev.varve.events.image.v1.LayerFetched.parseFrom(data));
        case "LayerAbandoned" ->
            new ImageEvent.LayerAbandoned(
                ChainId.parse(
                    dev.varve.events.image.v1.LayerAbandoned.parseFrom(data).getChainId()));
        case "Pruned" ->
            new ImageEvent.Pruned(
                dev.varve.events.image.v1.Pruned.parseFrom(data).getReclaimedBytes());
        default -> {
          String name = type.substring(PREFIX.length());
          ImageEvent build = BuildEventCodec.decode(name, data);
          yield build != null ? build : RegistryEventCodec.decode(name, data);
        }
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type, e);
    }
  }

  private static MessageLite message(ImageEvent event) {
    return switch (event) {
      case ImageEvent.ImageAdded(Image image) -> message(image);
      case ImageEvent.ImageRemoved(Digest id) ->
          dev.varve.events.image.v1.ImageRemoved.newBuilder().setImageId(id.value()).build();
      case ImageEvent.ImageReclaimed(Digest id) ->
          dev.varve.events.image.v1.ImageReclaimed.newBuilder().setImageId(id.value()).build();
      case ImageEvent.ReferenceSet set ->
          dev.varve.events.image.v1.ReferenceSet.newBuilder()
              .setReference(set.reference().canonical())
              .setImageId(set.imageId().value())
              .setDigest(
                  set.reference()
                      .digest()
                      .or(() -> set.origin().remote().map(Origin.Remote::manifest))
                      .map(Digest::value)
                      .orElse(""))
              .setPreviousImageId(set.previous().map(Digest::value).orElse(""))
              .setOrigin(message(set.origin()))
              .build();
      case ImageEvent.ReferenceDropped(Reference reference, Digest id) ->
          dev.varve.events.image.v1.ReferenceDropped.newBuilder()
              .setReference(reference.canonical())
              .setImageId(id.value())
              .build();
      case ImageEvent.Pulled(Reference reference, Digest id, Origin origin) ->
          dev.varve.events.image.v1.Pulled.newBuilder()
              .setReference(reference.canonical())
              .setImageId(id.value())
              .setOrigin(message(origin))
              .build();
      case ImageEvent.Pushed(Reference reference, Digest id, Origin origin) ->
          dev.varve.events.image.v1.Pushed.newBuilder()
              .setReference(reference.canonical())
              .setImageId(id.value())
              .setOrigin(message(origin))
              .build();
      case ImageEvent.PullFailed(Reference reference, String text) ->
          dev.varve.events.image.v1.PullFailed.newBuilder()
              .setReference(reference.canonical())
              .setMessage(text)
              .build();
      case ImageEvent.PushFailed(Reference reference, String text) ->
          dev.varve.events.image.v1.PushFailed.newBuilder()
              .setReference(reference.canonical())
              .setMessage(text)
              .build();
      case ImageEvent.LayerFetched(Layer layer, Optional<ChainId> parent) ->
          dev.varve.events.image.v1.LayerFetched.newBuilder()
              .setLayer(message(layer))
              .setParentChainId(parent.map(ChainId::toString).orElse(""))
              .build();
      case ImageEvent.Pruned(long bytes) ->
          dev.varve.events.image.v1.Pruned.newBuilder().setReclaimedBytes(bytes).build();
      case ImageEvent.LayerAbandoned(ChainId chainId) ->
          dev.varve.events.image.v1.LayerAbandoned.newBuilder()
              .setChainId(chainId.toString())
              .build();
      case ImageEvent.ManifestReceived(HostedManifest manifest) ->
          RegistryEventCodec.message(manifest);
      case ImageEvent.ManifestDropped(Reference repository, Digest digest) ->
          dev.varve.events.image.v1.ManifestDropped.newBuilder()
              .setRepository(repository.canonical())
              .setDigest(digest.value())
              .build();
      case ImageEvent.ManifestReclaimed(Reference repository, Digest digest) ->
          dev.varve.events.image.v1.ManifestReclaimed.newBuilder()
              .setRepository(repository.canonical())
              .setDigest(digest.value())
              .build();
      case ImageEvent.ManifestTagged tagged -> RegistryEventCodec.message(tagged);
      case ImageEvent.ManifestUntagged(Reference reference, Digest digest) ->
          dev.varve.events.image.v1.ManifestUntagged.newBuilder()
              .setReference(reference.canonical())
              .setDigest(digest.value())
              .build();
      case ImageEvent.LayerPacked(PackedLayer packed) -> RegistryEventCodec.message(packed);
      case ImageEvent.BuildEvent build -> BuildEventCodec.message(build);
    };
  }

  private static dev.varve.events.image.v1.ImageAdded message(Image image) {
    return dev.varve.events.image.v1.ImageAdded.newBuilder()
        .setImageId(image.id().value())
        .setManifestDigest(image.manifest().value())
        .setManifestMediaType(image.manifestMediaType())
        .setArchitecture(image.platform().architecture())
        .setOs(image.platform().os())
        .setVariant(image.platform().variant())
        .addAllLayers(image.layers().stream().map(ImageEventCodec::message).toList())
        .setOrigin(message(image.origin()))
        .setConfigSize(image.configSize())
        .build();
  }

  static dev.varve.events.image.v1.Layer message(Layer layer) {
    return dev.varve.events.image.v1.Layer.newBuilder()
        .setOrdinal(layer.ordinal())
        .setDigest(layer.digest().value())
        .setDiffId(layer.diffId().toString())
        .setChainId(layer.chainId().toString())
        .setSize(layer.size())
        .setMediaType(layer.mediaType())
        .setCreatedBy(layer.createdBy())
        .setUncompressedSize(layer.uncompressedSize())
        .setOrigin(message(layer.origin()))
        .build();
  }

  static dev.varve.events.image.v1.Origin message(Origin origin) {
    dev.varve.events.image.v1.Origin.Kind kind =
        switch (origin.kind()) {
          case UNSPECIFIED -> dev.varve.events.image.v1.Origin.Kind.KIND_UNSPECIFIED;
          case LOAD -> dev.varve.events.image.v1.Origin.Kind.KIND_LOAD;
          case IMPORT -> dev.varve.events.image.v1.Origin.Kind.KIND_IMPORT;
          case PULL -> dev.varve.events.image.v1.Origin.Kind.KIND_PULL;
          case COMMIT -> dev.varve.events.image.v1.Origin.Kind.KIND_COMMIT;
          case BUILD -> dev.varve.events.image.v1.Origin.Kind.KIND_BUILD;
          case PUSH -> dev.varve.events.image.v1.Origin.Kind.KIND_PUSH;
          case RECEIVED -> dev.varve.events.image.v1.Origin.Kind.KIND_RECEIVED;
          case BUILD_STEP -> dev.varve.events.image.v1.Origin.Kind.KIND_BUILD_STEP;
        };
    dev.varve.events.image.v1.Origin.Builder message =
        dev.varve.events.image.v1.Origin.newBuilder().setKind(kind).setDetail(origin.detail());
    origin
        .remote()
        .ifPresent(remote ->
            message
                .setRegistry(remote.registry())
                .setRepository(remote.repository())
                .setTag(remote.tag())
                .setManifestDigest(remote.manifest().value()));
    origin
        .committed()
        .ifPresent(from ->
            message.setCommitted(
                dev.varve.events.image.v1.CommittedContainer.newBuilder()
                    .setContainerId(from.containerId())
                    .setName(from.name())
                    .setImage(from.image())
                    .setParentImageId(from.parent().value())
                    .setComment(from.comment())
                    .setReference(from.reference())));
    origin.built().ifPresent(by -> message.setBuilt(BuildEventCodec.message(by)));
    return message.build();
  }

  private static ImageEvent added(dev.varve.events.image.v1.ImageAdded message) {
    List<Layer> layers = message.getLayersList().stream().map(ImageEventCodec::layer).toList();
    return new ImageEvent.ImageAdded(
        new Image(
            new Digest(message.getImageId()),
            new Digest(message.getManifestDigest()),
            message.getManifestMediaType(),
            new Platform(message.getOs(), message.getArchitecture(), message.getVariant()),
            layers,
            origin(message.getOrigin()),
            message.getConfigSize()));
  }

  static Layer layer(dev.varve.events.image.v1.Layer message) {
    return new Layer(
        message.getOrdinal(),
        new Digest(message.getDigest()),
        DiffId.parse(message.getDiffId()),
        ChainId.parse(message.getChainId()),
        message.getSize(),
        message.getMediaType(),
        message.getCreatedBy(),
        message.getUncompressedSize(),
        origin(message.getOrigin()));
  }

  static Origin origin(dev.varve.events.image.v1.Origin message) {
    Origin.Kind kind =
        switch (message.getKind()) {
          case KIND_LOAD -> Origin.Kind.LOAD;
          case KIND_IMPORT -> Origin.Kind.IMPORT;
          case KIND_PULL -> Origin.Kind.PULL;
          case KIND_COMMIT -> Origin.Kind.COMMIT;
          case KIND_BUILD -> Origin.Kind.BUILD;
          case KIND_PUSH -> Origin.Kind.PUSH;
          case KIND_RECEIVED -> Origin.Kind.RECEIVED;
          case KIND_BUILD_STEP -> Origin.Kind.BUILD_STEP;
          case KIND_UNSPECIFIED, UNRECOGNIZED -> Origin.Kind.UNSPECIFIED;
        };
    Optional<Origin.Remote> remote =
        message.getManifestDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Origin.Remote(
                    message.getRegistry(),
                    message.getRepository(),
                    message.getTag(),
                    new Digest(message.getManifestDigest())));
    return new Origin(
        kind,
        message.getDetail(),
        remote,
        message.hasCommitted() ? Optional.of(committed(message.getCommitted())) : Optional.empty(),
        message.hasBuilt()
            ? Optional.of(BuildEventCodec.built(message.getBuilt()))
            : Optional.empty());
  }

  private static Origin.Committed committed(dev.varve.events.image.v1.CommittedContainer message) {
    return new Origin.Committed(
        message.getContainerId(),
        message.getName(),
        message.getImage(),
        new Digest(message.getParentImageId()),
        message.getComment(),
        message.getReference());
  }

  private static ImageEvent set(dev.varve.events.image.v1.ReferenceSet message) {
    String previous = message.getPreviousImageId();
    return new ImageEvent.ReferenceSet(
        Reference.parse(message.getReference()),
        new Digest(message.getImageId()),
        previous.isEmpty() ? Optional.empty() : Optional.of(new Digest(previous)),
        origin(message.getOrigin()));
  }

  private static ImageEvent dropped(dev.varve.events.image.v1.ReferenceDropped message) {
    return new ImageEvent.ReferenceDropped(
        Reference.parse(message.getReference()), new Digest(message.getImageId()));
  }

  private static ImageEvent pulled(dev.varve.events.image.v1.Pulled message) {
    return new ImageEvent.Pulled(
        Reference.parse(message.getReference()),
        new Digest(message.getImageId()),
        origin(message.getOrigin()));
  }

  private static ImageEvent pushed(dev.varve.events.image.v1.Pushed message) {
    return new ImageEvent.Pushed(
        Reference.parse(message.getReference()),
        new Digest(message.getImageId()),
        origin(message.getOrigin()));
  }

  private static ImageEvent pullFailed(dev.varve.events.image.v1.PullFailed message) {
    return new ImageEvent.PullFailed(Reference.parse(message.getReference()), message.getMessage());
  }

  private static ImageEvent pushFailed(dev.varve.events.image.v1.PushFailed message) {
    return new ImageEvent.PushFailed(Reference.parse(message.getReference()), message.getMessage());
  }

  private static ImageEvent fetched(dev.varve.events.image.v1.LayerFetched message) {
    String parent = message.getParentChainId();
    return new ImageEvent.LayerFetched(
        layer(message.getLayer()),
        parent.isEmpty() ? Optional.empty() : Optional.of(ChainId.parse(parent)));
  }
}
