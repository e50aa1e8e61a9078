package dev.varve.snapshot.adapter.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.Volume;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotCodecTest {
  private static final ChainId CHAIN = new ChainId("sha256:" + "a".repeat(64));
  private static final ChainId PARENT = new ChainId("sha256:" + "b".repeat(64));
  private static final DiffId DIFF = new DiffId("sha256:" + "c".repeat(64));
  private final SnapshotCodec codec = new SnapshotCodec();

  static Stream<SnapshotEvent> events() {
    return Stream.of(
        new SnapshotEvent.LayerApplied(new AppliedLayer(CHAIN, DIFF, Optional.of(PARENT), 7, 3)),
        new SnapshotEvent.LayerApplied(new AppliedLayer(CHAIN, DIFF, Optional.empty(), 0, 0)),
        new SnapshotEvent.LayerApplyFailed(CHAIN, "sha256:i", "no"),
        new SnapshotEvent.LayerDropped(CHAIN),
        new SnapshotEvent.Prepared("c", "sha256:i", List.of(PARENT, CHAIN), "/r", 2, List.of("/v")),
        new SnapshotEvent.PrepareFailed("c", "no"),
        new SnapshotEvent.Removed("c"),
        new SnapshotEvent.VolumeCreated(
            new Volume("vol", "local", Map.of("l", "v"), Map.of("type", "tmpfs"), "c")),
        new SnapshotEvent.VolumeRemoveRequested("vol"),
        new SnapshotEvent.VolumeRemoved("vol"),
        new SnapshotEvent.VolumesPruned(7),
        new SnapshotEvent.VolumeFillRequested("vol", "s"),
        new SnapshotEvent.VolumeFilled("vol", "s", 9),
        new SnapshotEvent.VolumeFillFailed("vol", "no"),
        new SnapshotEvent.VolumeSnapshotRequested("s", "vol", "why"),
        new SnapshotEvent.VolumeSnapshotTaken("s", "vol", 9, "sha256:d"),
        new SnapshotEvent.VolumeSnapshotFailed("s", "no"),
        new SnapshotEvent.VolumeSnapshotRemoved("s"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEventComesBackAsItWas(SnapshotEvent event) {
    assertThat(codec.decode(codec.typeOf(event), codec.encode(event))).isEqualTo(event);
  }

  /** Bytes once written stay readable: this is what version 1 wrote. */
  @Test
  void theBytesOfPreparedAreFixed() {
    SnapshotEvent event = new SnapshotEvent.Prepared("c", "i", List.of(), "/r", 2, List.of());
    assertThat(codec.typeOf(event)).isEqualTo("dev.varve.snapshot.v1.Prepared");
    assertThat(HexFormat.of().formatHex(codec.encode(event))).isEqualTo("0a016312016922022f722802");
  }

  @Test
  void unknownTypesAreNullAndBadBytesAreRefused() {
    assertThat(codec.decode("dev.varve.snapshot.v1.Forked", new byte[0])).isNull();
    assertThatThrownBy(() -> codec.decode("dev.varve.snapshot.v1.Prepared", new byte[] {7}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.decode("dev.varve.snapshot.v1.LayerDropped", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
