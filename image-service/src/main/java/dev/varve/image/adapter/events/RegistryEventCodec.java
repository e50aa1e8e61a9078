package dev.varve.image.adapter.events;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.varve.events.image.v1.LayerPacked;
import dev.varve.events.image.v1.ManifestDropped;
import dev.varve.events.image.v1.ManifestReceived;
import dev.varve.events.image.v1.ManifestReclaimed;
import dev.varve.events.image.v1.ManifestTagged;
import dev.varve.events.image.v1.ManifestUntagged;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.PackedLayer;
import dev.varve.image.domain.Reference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens in the engine's own registry, as messages. */
final class RegistryEventCodec {
  private RegistryEventCodec() {}

  static @Nullable ImageEvent decode(String type, byte[] data)
      throws InvalidProtocolBufferException {
    return switch (type) {
      case "ManifestReceived" ->
          new ImageEvent.ManifestReceived(manifest(ManifestReceived.parseFrom(data)));
      case "ManifestDropped" -> {
        ManifestDropped message = ManifestDropped.parseFrom(data);
        yield new ImageEvent.ManifestDropped(
            Reference.parse(message.getRepository()), new Digest(message.getDigest()));
      }
      case "ManifestReclaimed" -> {
        ManifestReclaimed message = ManifestReclaimed.parseFrom(data);
        yield new ImageEvent.ManifestReclaimed(
            Reference.parse(message.getRepository()), new Digest(message.getDigest()));
      }
      case "ManifestTagged" -> {
        ManifestTagged message = ManifestTagged.parseFrom(data);
        yield new ImageEvent.ManifestTagged(
            Reference.parse(message.getReference()),
            new Digest(message.getDigest()),
            digest(message.getPreviousImageId()),
            ImageEventCodec.origin(message.getOrigin()));
      }
      case "ManifestUntagged" -> {
        ManifestUntagged message = ManifestUntagged.parseFrom(data);
        yield new ImageEvent.ManifestUntagged(
            Reference.parse(message.getReference()), new Digest(message.getDigest()));
      }
      case "LayerPacked" -> {
        LayerPacked message = LayerPacked.parseFrom(data);
        yield new ImageEvent.LayerPacked(
            new PackedLayer(
                DiffId.parse(message.getDiffId()),
                new Digest(message.getDigest()),
                message.getSize()));
      }
      default -> null;
    };
  }

  static ManifestReceived message(HostedManifest manifest) {
    return ManifestReceived.newBuilder()
        .setRepository(manifest.repository().canonical())
        .setDigest(manifest.digest().value())
        .setMediaType(manifest.mediaType())
        .setSize(manifest.size())
        .setArtifactType(manifest.artifactType())
        .setSubject(manifest.subject().map(Digest::value).orElse(""))
        .addAllBlobs(texts(manifest.blobs()))
        .addAllManifests(texts(manifest.manifests()))
        .setOrigin(ImageEventCodec.message(manifest.origin()))
        .build();
  }

  static ManifestTagged message(ImageEvent.ManifestTagged tagged) {
    return ManifestTagged.newBuilder()
        .setReference(tagged.reference().canonical())
        .setDigest(tagged.manifest().value())
        .setPreviousImageId(tagged.previous().map(Digest::value).orElse(""))
        .setOrigin(ImageEventCodec.message(tagged.origin()))
        .build();
  }

  static LayerPacked message(PackedLayer packed) {
    return LayerPacked.newBuilder()
        .setDiffId(packed.diffId().toString())
        .setDigest(packed.digest().value())
        .setSize(packed.size())
        .build();
  }

  private static HostedManifest manifest(ManifestReceived message) {
    return new HostedManifest(
        Reference.parse(message.getRepository()),
        new Digest(message.getDigest()),
        message.getMediaType(),
        message.getSize(),
        message.getArtifactType(),
        digest(message.getSubject()),
        message.getBlobsList().stream().map(Digest::new).toList(),
        message.getManifestsList().stream().map(Digest::new).toList(),
        ImageEventCodec.origin(message.getOrigin()));
  }

  private static Optional<Digest> digest(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new Digest(text));
  }

  private static List<String> texts(List<Digest> digests) {
    return digests.stream().map(Digest::value).toList();
  }
}
