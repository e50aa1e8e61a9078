package dev.varve.image.adapter.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.varve.api.image.v1.BuildStep;
import dev.varve.api.image.v1.BuildStepEnd;
import dev.varve.api.image.v1.HistoryResponse;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PruneRequest;
import dev.varve.api.image.v1.PushedManifest;
import dev.varve.api.image.v1.RemoveResponse;
import dev.varve.image.application.ImageQueries;
import dev.varve.image.application.ProgressLine;
import dev.varve.image.application.PruneImages;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageHistory;
import dev.varve.image.domain.RemoveImage;
import java.time.Instant;
import java.util.Optional;

/** Answers as messages. */
final class Messages {
  private static final long NANOS = 1_000_000_000L;

  private Messages() {}

  /**
   * @param withConfig false leaves out the config's bytes
   */
  static Image image(ImageQueries.View view, boolean withConfig) {
    dev.varve.image.domain.Image image = view.image();
    return Image.newBuilder()
        .setId(image.id().value())
        .addAllRepoTags(view.repoTags())
        .addAllRepoDigests(view.repoDigests())
        .setConfigJson(
            withConfig ? UnsafeByteOperations.unsafeWrap(view.config().bytes()) : ByteString.EMPTY)
        .setArchitecture(image.platform().architecture())
        .setOs(image.platform().os())
        .setVariant(image.platform().variant())
        .setSize(image.size())
        .addAllLayers(image.layers().stream().map(Messages::layer).toList())
        .setManifestDigest(image.manifest().value())
        .setLastTaggedNanos(view.lastTagged().map(Messages::nanos).orElse(0L))
        .setContainers(view.containers())
        .setCreated(view.config().config().created())
        .setParentId(image.parent().map(Digest::value).orElse(""))
        .build();
  }

  static Progress progress(ProgressLine line) {
    return switch (line) {
      case ProgressLine.Text(String text) -> Progress.newBuilder().setStream(text).build();
      case ProgressLine.Status(String status) -> Progress.newBuilder().setStatus(status).build();
      case ProgressLine.About(String id, String status) ->
          Progress.newBuilder().setId(id).setStatus(status).build();
      case ProgressLine.Step(String id, String status) ->
          Progress.newBuilder().setId(id).setStatus(status).setPart(true).build();
      case ProgressLine.PushedManifest(String tag, Digest digest, long size) ->
          Progress.newBuilder()
              .setPart(true)
              .setPushed(
                  PushedManifest.newBuilder().setTag(tag).setDigest(digest.value()).setSize(size))
              .build();
      case ProgressLine.Built(Digest imageId) ->
          Progress.newBuilder().setBuilt(imageId.value()).build();
      case ProgressLine.Failure(String message, int exitCode, Optional<ProgressLine.Lines> lines) ->
          at(Progress.newBuilder().setError(message).setErrorCode(exitCode), lines);
      case ProgressLine.Warned(String text, Optional<ProgressLine.Lines> lines) ->
          at(Progress.newBuilder().setWarning(text), lines);
      case ProgressLine.StepBegun(int number, String name) ->
          step(BuildStep.newBuilder().setNumber(number).setBegun(name));
      case ProgressLine.StepOutput(int number, boolean standardError, byte[] bytes) -> {
        BuildStep.Builder step = BuildStep.newBuilder().setNumber(number);
        ByteString output = UnsafeByteOperations.unsafeWrap(bytes);
        yield step(standardError ? step.setErrorOutput(output) : step.setOutput(output));
      }
      case ProgressLine.StepEnded(int number, boolean cached, String error) ->
          step(
              BuildStep.newBuilder()
                  .setNumber(number)
                  .setEnd(BuildStepEnd.newBuilder().setCached(cached).setError(error)));
      case ProgressLine.Part(String id, String status, long current, long total) ->
          Progress.newBuilder()
              .setId(id)
              .setStatus(status)
              .setCurrent(current)
              .setTotal(total)
              .build();
    };
  }

  private static Progress at(Progress.Builder progress, Optional<ProgressLine.Lines> lines) {
    lines.ifPresent(it -> progress.setFirstLine(it.first()).setLastLine(it.last()));
    return progress.build();
  }

  private static Progress step(BuildStep.Builder step) {
    return Progress.newBuilder().setStep(step).build();
  }

  static RemoveResponse.Item item(RemoveImage.Outcome outcome) {
    return switch (outcome) {
      case RemoveImage.Outcome.Untagged(String reference) ->
          RemoveResponse.Item.newBuilder().setUntagged(reference).build();
      case RemoveImage.Outcome.Deleted(String id) ->
          RemoveResponse.Item.newBuilder().setDeleted(id).build();
    };
  }

  static PruneImages.Selection selection(PruneRequest request) {
    return new PruneImages.Selection(
        request.getAll(),
        request.hasUntilNanos()
            ? Optional.of(
                Instant.ofEpochSecond(
                    Math.floorDiv(request.getUntilNanos(), NANOS),
                    Math.floorMod(request.getUntilNanos(), NANOS)))
            : Optional.empty(),
        request.getLabelsList(),
        request.getWithoutLabelsList());
  }

  static HistoryResponse.Entry entry(ImageHistory.Line line) {
    return HistoryResponse.Entry.newBuilder()
        .setId(line.id())
        .setCreatedSeconds(line.createdSeconds())
        .setCreatedBy(line.createdBy())
        .addAllTags(line.tags())
        .setSize(line.size())
        .setComment(line.comment())
        .build();
  }

  private static Layer layer(dev.varve.image.domain.Layer layer) {
    return Layer.newBuilder()
        .setOrdinal(layer.ordinal())
        .setDigest(layer.digest().value())
        .setDiffId(layer.diffId().toString())
        .setChainId(layer.chainId().toString())
        .setSize(layer.size())
        .setMediaType(layer.mediaType())
        .setCreatedBy(layer.createdBy())
        .setUncompressedSize(layer.uncompressedSize())
        .build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }
}
