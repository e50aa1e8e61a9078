package dev.varve.gateway.route;

import dev.varve.api.snapshot.v1.Volume;
import dev.varve.api.snapshot.v1.VolumeSnapshot;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.json.VolumeJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Volumes in Docker's shape. Pure. */
final class VolumeViews {
  private static final long NANOS = 1_000_000_000L;

  private VolumeViews() {}

  static VolumeJson json(Volume it) {
    return json(it, null);
  }

  /** With how much it holds and how many have it. */
  static VolumeJson used(Volume it) {
    return json(
        it,
        new VolumeJson.UsageData(
            it.getContainerIdsCount(), it.hasSizeBytes() ? it.getSizeBytes() : -1));
  }

  private static VolumeJson json(Volume it, VolumeJson.@Nullable UsageData usage) {
    Instant created = Instant.ofEpochSecond(Math.floorDiv(it.getCreatedNanos(), NANOS));
    return new VolumeJson(
        created.truncatedTo(ChronoUnit.SECONDS).toString(),
        it.getDriver(),
        orNull(it.getLabelsMap()),
        it.getMountpoint(),
        it.getName(),
        orNull(it.getOptionsMap()),
        "local",
        usage);
  }

  private static @Nullable Map<String, String> orNull(Map<String, String> map) {
    return map.isEmpty() ? null : map;
  }

  static VolumeJson.SnapshotJson json(VolumeSnapshot it) {
    return new VolumeJson.SnapshotJson(
        it.getId(),
        it.getVolume(),
        it.getComment(),
        DockerTime.rfc3339(it.getTakenNanos()),
        it.getSizeBytes(),
        it.getDigest());
  }
}
