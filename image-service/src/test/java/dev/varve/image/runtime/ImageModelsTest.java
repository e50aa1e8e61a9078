package dev.varve.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.StateCodec;
import dev.varve.image.domain.CatalogState;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.Packing;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.PackedLayer;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageModelsTest {
  private static final Digest ID = Digest.ofHex("a".repeat(64));

  private final StateCodec<CatalogState> states = ImageModels.states();

  static Stream<CatalogState> states() {
    Layer layer =
        new Layer(0, ID, new DiffId(ID), new ChainId(ID), 1, "tar", "RUN x", 2, Origin.NONE);
    Image image = new Image(ID, ID, "m", Platform.HOST, List.of(layer), Origin.NONE, 3);
    return Stream.of(
        new ImageState.Present(image),
        new ImageState.Removed(image),
        new FetchedLayer(new ChainId(ID)),
        new ImageState.Present(
            new Image(
                ID,
                ID,
                "m",
                Platform.HOST,
                List.of(),
                Origin.pull(Reference.parse("busybox:1"), ID),
                3)),
        new ReferenceState(
            Reference.parse("busybox:1"), ID, Instant.ofEpochSecond(1, 2000), Optional.empty()),
        new ReferenceState(Reference.parse("busybox@" + ID), ID, Instant.EPOCH, Optional.of(ID)),
        new TaggedManifest(Reference.parse("busybox:1"), ID, Instant.EPOCH),
        new HostingState.Hosted(manifest(Optional.of(ID))),
        new HostingState.Dropped(manifest(Optional.empty())),
        new Packing(new PackedLayer(new DiffId(ID), ID, 5)));
  }

  private static HostedManifest manifest(Optional<Digest> subject) {
    return new HostedManifest(
        Reference.parse("busybox"),
        ID,
        "m",
        4,
        "a",
        subject,
        List.of(ID),
        List.of(),
        Origin.received(Reference.parse("busybox:1"), ID, "me"));
  }

  @ParameterizedTest
  @MethodSource("states")
  void aStateComesBackFromItsCheckpoint(CatalogState state) {
    assertThat(states.decode(states.encode(state))).isEqualTo(state);
  }
}
