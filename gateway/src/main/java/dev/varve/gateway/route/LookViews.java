package dev.varve.gateway.route;

import com.google.protobuf.ByteString;
import dev.varve.api.image.v1.Image;
import dev.varve.api.image.v1.Layer;
import dev.varve.api.snapshot.v1.Difference;
import dev.varve.api.snapshot.v1.File;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.FileMode;
import dev.varve.gateway.docker.json.BlameJson;
import dev.varve.gateway.docker.json.FileChangeJson;
import dev.varve.gateway.docker.json.FileJson;
import dev.varve.gateway.history.LayerArrival;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of images as clients see them. Pure. */
final class LookViews {
  private static final long NANOS = 1_000_000_000L;

  private LookViews() {}

  /** What is no text shows replacement characters. */
  static String text(ByteString bytes) {
    return bytes.toStringUtf8();
  }

  private static @Nullable String base64(ByteString bytes) {
    return bytes.isValidUtf8() ? null : Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  static FileJson file(File file, Image image) {
    boolean link = !file.getTarget().isEmpty();
    return new FileJson(
        text(file.getPath()),
        base64(file.getPath()),
        FileMode.type(file.getMode()),
        file.getMode(),
        FileMode.permissions(file.getMode()),
        file.getLinks(),
        Integer.toUnsignedLong(file.getUid()),
        Integer.toUnsignedLong(file.getGid()),
        orNull(file.getOwner()),
        orNull(file.getGroup()),
        file.getSize(),
        modified(file),
        link ? text(file.getTarget()) : null,
        link ? base64(file.getTarget()) : null,
        FileMode.isDevice(file.getMode())
            ? new FileJson.Device(file.getDeviceMajor(), file.getDeviceMinor())
            : null,
        layer(image, file.getChainId()).map(Layer::getOrdinal).orElse(0),
        file.getChainId());
  }

  /** Unlike Docker's times, 1970 is one. */
  private static String modified(File file) {
    long nanos = file.getModifiedSeconds() * NANOS + file.getModifiedNanos();
    return nanos == 0 ? "1970-01-01T00:00:00Z" : DockerTime.rfc3339(nanos);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  static Optional<Layer> layer(Image image, String chainId) {
    List<Layer> layers = image.getLayersList();
    return layers.stream().filter(layer -> layer.getChainId().equals(chainId)).findFirst();
  }

  static BlameJson blame(File file, Image image, Layer layer, Optional<LayerArrival> arrival) {
    return new BlameJson(
        file(file, image),
        new BlameJson.Layer(
            layer.getOrdinal(),
            layer.getDigest(),
            layer.getDiffId(),
            layer.getChainId(),
            layer.getMediaType(),
            layer.getSize(),
            layer.getCreatedBy()),
        arrival.map(LayerArrival::origin).orElse(null),
        arrival.map(LookViews::event).orElse(null));
  }

  private static BlameJson.Event event(LayerArrival arrival) {
    long nanos = arrival.time().getEpochSecond() * NANOS + arrival.time().getNano();
    return new BlameJson.Event(
        arrival.eventId(),
        DockerTime.rfc3339(nanos),
        arrival.actor(),
        arrival.node(),
        arrival.imageId());
  }

  static FileChangeJson change(Difference difference) {
    int kind =
        switch (difference.getKind()) {
          case KIND_MODIFIED, KIND_UNSPECIFIED, UNRECOGNIZED -> 0;
          case KIND_ADDED -> 1;
          case KIND_DELETED -> 2;
        };
    return new FileChangeJson(text(difference.getPath()), base64(difference.getPath()), kind);
  }
}
