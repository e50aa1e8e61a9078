package dev.varve.image.adapter.events;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.varve.events.image.v1.BuildCachePruned;
import dev.varve.events.image.v1.BuildFailed;
import dev.varve.events.image.v1.BuildStarted;
import dev.varve.events.image.v1.Built;
import dev.varve.events.image.v1.CacheDropped;
import dev.varve.events.image.v1.CacheRecorded;
import dev.varve.events.image.v1.CacheUsed;
import dev.varve.events.image.v1.ImageBuilt;
import dev.varve.events.image.v1.LayerMade;
import dev.varve.events.image.v1.RunRequested;
import dev.varve.events.image.v1.RunSettled;
import dev.varve.events.image.v1.StepCached;
import dev.varve.events.image.v1.StepRan;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.StepPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of builds and of their cache. */
final class BuildEventCodec {
  private BuildEventCodec() {}

  /** Null when the type is none of these. */
  static @Nullable BuildEvent decode(String type, byte[] data)
      throws InvalidProtocolBufferException {
    return switch (type) {
      case "BuildStarted" -> started(BuildStarted.parseFrom(data));
      case "StepCached" -> {
        StepCached cached = StepCached.parseFrom(data);
        yield new BuildEvent.StepCached(place(cached.getPlace()), new CacheKey(cached.getKey()));
      }
      case "StepRan" -> {
        StepRan ran = StepRan.parseFrom(data);
        yield new BuildEvent.StepRan(
            place(ran.getPlace()), Duration.ofNanos(ran.getDurationNanos()));
      }
      case "LayerMade" -> {
        LayerMade made = LayerMade.parseFrom(data);
        yield new BuildEvent.LayerMade(
            place(made.getPlace()), ImageEventCodec.layer(made.getLayer()));
      }
      case "RunRequested" -> {
        RunRequested request = RunRequested.parseFrom(data);
        yield new BuildEvent.RunRequested(
            place(request.getPlace()), request.getContainerId(), new Digest(request.getImageId()));
      }
      case "RunSettled" -> {
        RunSettled settled = RunSettled.parseFrom(data);
        yield new BuildEvent.RunSettled(settled.getContainerId(), settled.getKeep());
      }
      case "ImageBuilt" -> {
        ImageBuilt built = ImageBuilt.parseFrom(data);
        yield new BuildEvent.ImageBuilt(
            new Digest(built.getImageId()),
            built.getReferencesList().stream().map(Reference::parse).toList(),
            Duration.ofNanos(built.getDurationNanos()));
      }
      case "BuildFailed" -> {
        BuildFailed failed = BuildFailed.parseFrom(data);
        yield new BuildEvent.BuildFailed(
            failed.getMessage(),
            failed.hasPlace() ? Optional.of(place(failed.getPlace())) : Optional.empty());
      }
      case "CacheRecorded" -> recorded(CacheRecorded.parseFrom(data));
      case "CacheUsed" -> new BuildEvent.CacheUsed(key(CacheUsed.parseFrom(data).getKey()));
      case "CacheDropped" ->
          new BuildEvent.CacheDropped(key(CacheDropped.parseFrom(data).getKey()));
      case "BuildCachePruned" ->
          new BuildEvent.BuildCachePruned(BuildCachePruned.parseFrom(data).getReclaimedBytes());
      default -> null;
    };
  }

  static MessageLite message(BuildEvent event) {
    return switch (event) {
      case BuildEvent.BuildStarted started ->
          BuildStarted.newBuilder()
              .setBuildId(started.buildId())
              .setDockerfile(started.dockerfile())
              .setTarget(started.target())
              .addAllReferences(canonical(started.references()))
              .build();
      case BuildEvent.StepCached(StepPlace place, CacheKey key) ->
          StepCached.newBuilder().setPlace(message(place)).setKey(key.hex()).build();
      case BuildEvent.StepRan(StepPlace place, Duration duration) ->
          StepRan.newBuilder()
              .setPlace(message(place))
              .setDurationNanos(duration.toNanos())
              .build();
      case BuildEvent.LayerMade made ->
          LayerMade.newBuilder()
              .setPlace(message(made.place()))
              .setLayer(ImageEventCodec.message(made.layer()))
              .build();
      case BuildEvent.RunRequested(StepPlace place, String containerId, Digest imageId) ->
          RunRequested.newBuilder()
              .setPlace(message(place))
              .setContainerId(containerId)
              .setImageId(imageId.value())
              .build();
      case BuildEvent.RunSettled(String containerId, boolean keep) ->
          RunSettled.newBuilder().setContainerId(containerId).setKeep(keep).build();
      case BuildEvent.ImageBuilt built ->
          ImageBuilt.newBuilder()
              .setImageId(built.imageId().value())
              .addAllReferences(canonical(built.references()))
              .setDurationNanos(built.duration().toNanos())
              .build();
      case BuildEvent.BuildFailed(String text, Optional<StepPlace> place) -> {
        BuildFailed.Builder failed = BuildFailed.newBuilder().setMessage(text);
        place.ifPresent(at -> failed.setPlace(message(at)));
        yield failed.build();
      }
      case BuildEvent.CacheRecorded(CachedStep step) -> message(step);
      case BuildEvent.CacheUsed(CacheKey key) -> CacheUsed.newBuilder().setKey(key.hex()).build();
      case BuildEvent.CacheDropped(CacheKey key) ->
          CacheDropped.newBuilder().setKey(key.hex()).build();
      case BuildEvent.BuildCachePruned(long bytes) ->
          BuildCachePruned.newBuilder().setReclaimedBytes(bytes).build();
    };
  }

  static Built message(Origin.Built by) {
    Built.Builder message =
        Built.newBuilder().setBuildId(by.buildId()).setDockerfile(by.dockerfile());
    by.place().ifPresent(place -> message.setPlace(message(place)));
    return message.build();
  }

  static Origin.Built built(Built message) {
    return new Origin.Built(
        message.getBuildId(),
        message.getDockerfile(),
        message.hasPlace() ? Optional.of(place(message.getPlace())) : Optional.empty());
  }

  private static dev.varve.events.image.v1.StepPlace message(StepPlace place) {
    return dev.varve.events.image.v1.StepPlace.newBuilder()
        .setStage(place.stage())
        .setFirstLine(place.firstLine())
        .setLastLine(place.lastLine())
        .setInstruction(place.instruction())
        .build();
  }

  private static StepPlace place(dev.varve.events.image.v1.StepPlace message) {
    return new StepPlace(
        message.getStage(),
        message.getFirstLine(),
        message.getLastLine(),
        message.getInstruction());
  }

  private static BuildEvent started(BuildStarted message) {
    return new BuildEvent.BuildStarted(
        message.getBuildId(),
        message.getDockerfile(),
        message.getTarget(),
        message.getReferencesList().stream().map(Reference::parse).toList());
  }

  private static MessageLite message(CachedStep step) {
    CacheRecorded.Builder message =
        CacheRecorded.newBuilder()
            .setKey(step.key().hex())
            .setDescription(step.description())
            .setCreated(step.created().toString())
            .setParentKey(step.parent().map(CacheKey::hex).orElse(""));
    step.layer().ifPresent(layer -> message.setLayer(ImageEventCodec.message(layer)));
    return message.build();
  }

  private static BuildEvent recorded(CacheRecorded message) {
    String parent = message.getParentKey();
    return new BuildEvent.CacheRecorded(
        new CachedStep(
            key(message.getKey()),
            message.hasLayer()
                ? Optional.of(ImageEventCodec.layer(message.getLayer()))
                : Optional.empty(),
            message.getDescription(),
            Instant.parse(message.getCreated()),
            parent.isEmpty() ? Optional.empty() : Optional.of(key(parent))));
  }

  private static CacheKey key(String hex) {
    return new CacheKey(hex);
  }

  private static List<String> canonical(List<Reference> references) {
    return references.stream().map(Reference::canonical).toList();
  }
}
