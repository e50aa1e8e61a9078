package dev.varve.image.adapter.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.StepPlace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuildEventCodecTest {
  private static final Digest ID = Digest.ofHex("1".repeat(64));
  private static final CacheKey KEY = new CacheKey("a".repeat(64));
  private static final StepPlace PLACE = new StepPlace("stage-0", 2, 3, "RUN é");

  private final ImageEventCodec codec = new ImageEventCodec();

  static Stream<ImageEvent> events() {
    Origin origin =
        Origin.build(
            Origin.Kind.BUILD, new Origin.Built("b1", "sub/Dockerfile", Optional.of(PLACE)));
    Layer layer = new Layer(0, ID, new DiffId(ID), new ChainId(ID), 5, "tar", "RUN é", 5, origin);
    Origin ground =
        Origin.build(
            Origin.Kind.BUILD_STEP, new Origin.Built("b1", "Dockerfile", Optional.empty()));
    return Stream.of(
        new BuildEvent.BuildStarted(
            "b1", "Dockerfile", "last", List.of(Reference.parse("busybox:1"))),
        new BuildEvent.StepCached(PLACE, KEY),
        new BuildEvent.StepRan(PLACE, Duration.ofNanos(7)),
        new BuildEvent.LayerMade(PLACE, layer),
        new BuildEvent.RunRequested(PLACE, "c1", ID),
        new BuildEvent.RunSettled("c1", true),
        new BuildEvent.ImageBuilt(ID, List.of(), Duration.ofSeconds(1)),
        new BuildEvent.BuildFailed("no", Optional.of(PLACE)),
        new BuildEvent.BuildFailed("no", Optional.empty()),
        new BuildEvent.CacheRecorded(
            new CachedStep(
                KEY, Optional.of(layer), "RUN é", Instant.ofEpochSecond(5), Optional.of(KEY))),
        new BuildEvent.CacheRecorded(
            new CachedStep(KEY, Optional.empty(), "WORKDIR /", Instant.EPOCH, Optional.empty())),
        new BuildEvent.CacheUsed(KEY),
        new BuildEvent.CacheDropped(KEY),
        new BuildEvent.BuildCachePruned(9),
        new ImageEvent.ImageAdded(
            new Image(ID, ID, "m", Platform.HOST, List.of(layer), ground, 9)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsEncodedIsDecodedAgain(ImageEvent event) {
    assertThat(codec.decode(codec.typeOf(event), codec.encode(event))).isEqualTo(event);
  }

  /** Of the release that brought builds. */
  @Test
  void goldenBytesStayReadable() {
    HexFormat hex = HexFormat.of();
    String place = "0a0773746167652d30" + "1002" + "1803" + "2206" + "52554e20c3a9";
    byte[] ran = hex.parseHex("0a15" + place + "1007");
    byte[] failed = hex.parseHex("0a026e6f" + "1215" + place);
    byte[] settled = hex.parseHex("0a026331" + "1001");
    byte[] used =
        hex.parseHex("0a40" + hex.formatHex(KEY.hex().getBytes(StandardCharsets.US_ASCII)));

    assertThat(codec.decode("dev.varve.image.v1.StepRan", ran))
        .isEqualTo(new BuildEvent.StepRan(PLACE, Duration.ofNanos(7)));
    assertThat(codec.decode("dev.varve.image.v1.BuildFailed", failed))
        .isEqualTo(new BuildEvent.BuildFailed("no", Optional.of(PLACE)));
    assertThat(codec.decode("dev.varve.image.v1.RunSettled", settled))
        .isEqualTo(new BuildEvent.RunSettled("c1", true));
    assertThat(codec.decode("dev.varve.image.v1.CacheUsed", used))
        .isEqualTo(new BuildEvent.CacheUsed(KEY));
  }
}
