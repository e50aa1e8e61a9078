package dev.varve.gateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.Layer;
import dev.varve.events.image.v1.Origin;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerArrivalsTest {
  private final LayerArrivals arrivals = new LayerArrivals();

  private void added(String image, String actor, Origin origin, String... chainIds) {
    ImageAdded.Builder added = ImageAdded.newBuilder().setImageId(image);
    for (String chainId : chainIds) {
      added.addLayers(Layer.newBuilder().setChainId(chainId).setOrigin(origin));
    }
    arrivals.accept(
        new Event<>(
            "event of " + image,
            new Subject("image", image),
            1,
            Instant.EPOCH,
            new Cause(actor, "", ""),
            "node-1",
            new Position(0, 0),
            added.build()));
  }

  @Test
  void theFirstEventThatBroughtALayerIsToldOf() {
    Origin loaded =
        Origin.newBuilder().setKind(Origin.Kind.KIND_LOAD).setDetail("docker-archive").build();
    Origin committed = Origin.newBuilder().setKind(Origin.Kind.KIND_COMMIT).build();
    added("i1", "unix:uid=0", loaded, "c1");
    added("i2", "unix:uid=7", committed, "c1", "c2");
    assertThat(arrivals.of("c1"))
        .contains(
            new LayerArrival(
                Map.of("Kind", "load", "Detail", "docker-archive"),
                "event of i1",
                "i1",
                Instant.EPOCH,
                "unix:uid=0",
                "node-1"));
    assertThat(arrivals.of("c2").orElseThrow().origin()).isEqualTo(Map.of("Kind", "commit"));
    assertThat(arrivals.of("c3")).isEmpty();
  }
}
