package dev.varve.snapshot.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.StateCodec;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.SnapshotState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateJsonTest {
  private static final ChainId CHAIN = new ChainId("sha256:" + "a".repeat(64));
  private static final DiffId DIFF = new DiffId("sha256:" + "c".repeat(64));

  static Stream<SnapshotState> states() {
    return Stream.of(
        new SnapshotState.LayerPresent(
            new AppliedLayer(CHAIN, DIFF, Optional.of(CHAIN), 1L << 40, 3)),
        new SnapshotState.LayerPresent(new AppliedLayer(CHAIN, DIFF, Optional.empty(), 0, 0)),
        new SnapshotState.LayerFailed(CHAIN, "no \"quotes\""),
        new SnapshotState.RootPresent("c", "i", List.of(CHAIN), "/r", 2, "n"),
        new SnapshotState.RootFailed("c", "no", List.of(), 0, "n"));
  }

  @ParameterizedTest
  @MethodSource("states")
  void everyStateSurvivesTheDatabase(SnapshotState state) {
    StateCodec<SnapshotState> codec = SnapshotRuntime.states();
    assertThat(codec.decode(codec.encode(state))).isEqualTo(state);
  }
}
