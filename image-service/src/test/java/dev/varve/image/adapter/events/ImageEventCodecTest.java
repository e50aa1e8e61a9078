package dev.varve.image.adapter.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.events.container.v1.Created;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.ContainerFact;
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
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.MountPoint;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageEventCodecTest {
  private static final Digest ID = Digest.ofHex("1".repeat(64));
  private static final Digest OTHER = Digest.ofHex("2".repeat(64));

  private final ImageEventCodec codec = new ImageEventCodec();

  static Stream<ImageEvent> events() {
    Origin origin = new Origin(Origin.Kind.IMPORT, "http://x");
    Layer layer =
        new Layer(0, OTHER, new DiffId(ID), new ChainId(ID), 5, "tar+gzip", "RUN é", 50, origin);
    return Stream.of(
        new ImageEvent.ImageAdded(
            new Image(
                ID, OTHER, "m", new Platform("linux", "arm64", "v8"), List.of(layer), origin, 9)),
        new ImageEvent.ImageRemoved(ID),
        new ImageEvent.ImageReclaimed(ID),
        new ImageEvent.ReferenceSet(Reference.parse("busybox:1"), ID, Optional.of(OTHER), origin),
        new ImageEvent.ReferenceSet(
            Reference.parse("localhost:5000/a@" + OTHER), ID, Optional.empty(), Origin.NONE),
        new ImageEvent.ReferenceDropped(Reference.parse("busybox:1"), ID),
        new ImageEvent.Pulled(
            Reference.parse("busybox:1"), ID, Origin.pull(Reference.parse("busybox:1"), OTHER)),
        new ImageEvent.Pushed(
            Reference.parse("busybox:1"), ID, Origin.push(Reference.parse("busybox:1"), OTHER)),
        new ImageEvent.PullFailed(Reference.parse("busybox:1"), "no"),
        new ImageEvent.PushFailed(Reference.parse("busybox"), "no"),
        new ImageEvent.LayerFetched(layer, Optional.of(new ChainId(OTHER))),
        new ImageEvent.LayerFetched(layer, Optional.empty()),
        new ImageEvent.Pruned(7),
        new ImageEvent.LayerAbandoned(new ChainId(ID)),
        new ImageEvent.ManifestReceived(
            new HostedManifest(
                Reference.parse("busybox"),
                ID,
                "m",
                7,
                "a",
                Optional.of(OTHER),
                List.of(OTHER),
                List.of(ID),
                Origin.received(Reference.parse("busybox:1"), ID, "me"))),
        new ImageEvent.ManifestDropped(Reference.parse("busybox"), ID),
        new ImageEvent.ManifestReclaimed(Reference.parse("busybox"), ID),
        new ImageEvent.ManifestTagged(
            Reference.parse("busybox:1"), ID, Optional.of(OTHER), Origin.NONE),
        new ImageEvent.ManifestTagged(
            Reference.parse("busybox:1"), ID, Optional.empty(), Origin.NONE),
        new ImageEvent.ManifestUntagged(Reference.parse("busybox:1"), ID),
        new ImageEvent.LayerPacked(new PackedLayer(new DiffId(ID), OTHER, 5)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsEncodedIsDecodedAgain(ImageEvent event) {
    assertThat(codec.decode(codec.typeOf(event), codec.encode(event))).isEqualTo(event);
  }

  /** Bytes of the first release: they lie in logs for ever. */
  @Test
  void goldenBytesStayReadable() {
    byte[] golden =
        HexFormat.of()
            .parseHex(
                "0a1b646f636b65722e696f2f6c6962726172792f62757379626f783a31"
                    + "1247"
                    + HexFormat.of().formatHex(ID.value().getBytes(StandardCharsets.US_ASCII)));

    assertThat(codec.decode("dev.varve.image.v1.ReferenceDropped", golden))
        .isEqualTo(new ImageEvent.ReferenceDropped(Reference.parse("busybox:1"), ID));
  }

  /** Of the release that brought the registry. */
  @Test
  void goldenBytesOfTheRegistryStayReadable() {
    String id = "47" + HexFormat.of().formatHex(ID.value().getBytes(StandardCharsets.US_ASCII));
    String other =
        "47" + HexFormat.of().formatHex(OTHER.value().getBytes(StandardCharsets.US_ASCII));
    byte[] received =
        HexFormat.of()
            .parseHex(
                "0a19646f636b65722e696f2f6c6962726172792f62757379626f78"
                    + "12"
                    + id
                    + "1a016d20072a016132"
                    + other
                    + "3a"
                    + other
                    + "42"
                    + id
                    + "4a6e0807"
                    + "12026d65"
                    + "1a09646f636b65722e696f"
                    + "220f6c6962726172792f62757379626f78"
                    + "2a0131"
                    + "32"
                    + id);
    byte[] packed = HexFormat.of().parseHex("0a" + id + "12" + other + "1805");

    assertThat(codec.decode("dev.varve.image.v1.ManifestReceived", received))
        .isEqualTo(
            new ImageEvent.ManifestReceived(
                new HostedManifest(
                    Reference.parse("busybox"),
                    ID,
                    "m",
                    7,
                    "a",
                    Optional.of(OTHER),
                    List.of(OTHER),
                    List.of(ID),
                    Origin.received(Reference.parse("busybox:1"), ID, "me"))));
    assertThat(codec.decode("dev.varve.image.v1.LayerPacked", packed))
        .isEqualTo(new ImageEvent.LayerPacked(new PackedLayer(new DiffId(ID), OTHER, 5)));
  }

  @Test
  void unknownTypesAreLeftAlone() {
    assertThat(codec.decode("dev.varve.image.v1.FromTheFuture", new byte[] {1})).isNull();
    assertThat(codec.decode("dev.other.v1.ImageAdded", new byte[] {1})).isNull();
  }

  @Test
  void brokenBytesAreNoEvent() {
    assertThatThrownBy(() -> codec.decode("dev.varve.image.v1.ImageAdded", new byte[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.decode("dev.varve.image.v1.ImageRemoved", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsOfContainersWhatConcernsImages() {
    ContainerFactCodec containers = new ContainerFactCodec();
    MountPoint mounted =
        MountPoint.newBuilder()
            .setImage(MountPoint.Image.newBuilder().setImageId("sha256:tools"))
            .build();
    byte[] created =
        Created.newBuilder()
            .setContainerId("c")
            .setSpec(
                ContainerSpec.newBuilder()
                    .setImageId(ID.value())
                    .setHost(HostSpec.newBuilder().addMountPoints(mounted)))
            .build()
            .toByteArray();

    assertThat(containers.decode("dev.varve.container.v1.Created", created))
        .isEqualTo(new ContainerFact.Created("c", Set.of(ID.value(), "sha256:tools")));
    assertThat(containers.decode("dev.varve.container.v1.Removed", new byte[0]))
        .isEqualTo(new ContainerFact.Removed());
    assertThat(containers.decode("dev.varve.container.v1.ExecStarted", new byte[0])).isNull();
  }
}
