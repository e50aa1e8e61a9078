package dev.varve.snapshot.adapter.log;

import dev.varve.eventlog.EventCodec;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.ImageReclaimed;
import dev.varve.events.image.v1.Layer;
import dev.varve.events.image.v1.LayerAbandoned;
import dev.varve.events.image.v1.LayerFetched;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.Digest;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The image service's events, as far as they matter here: read, never written. */
public final class ImageCodec implements EventCodec<ImageEvent> {
  private static final String ADDED = "dev.varve.image.v1.ImageAdded";
  private static final String RECLAIMED = "dev.varve.image.v1.ImageReclaimed";
  private static final String FETCHED = "dev.varve.image.v1.LayerFetched";
  private static final String ABANDONED = "dev.varve.image.v1.LayerAbandoned";

  @Override
  public String typeOf(ImageEvent event) {
    throw new UnsupportedOperationException("only the image service writes its topic");
  }

  @Override
  public byte[] encode(ImageEvent event) {
    throw new UnsupportedOperationException("only the image service writes its topic");
  }

  @Override
  public @Nullable ImageEvent decode(String type, byte[] data) {
    return switch (type) {
      case ADDED -> {
        ImageAdded added = Payloads.parse(ImageAdded.parser(), data);
        yield new ImageEvent.Added(new Image(added.getImageId(), layers(added.getLayersList())));
      }
      case RECLAIMED ->
          new ImageEvent.Reclaimed(Payloads.parse(ImageReclaimed.parser(), data).getImageId());
      case FETCHED -> {
        LayerFetched fetched = Payloads.parse(LayerFetched.parser(), data);
        Optional<ChainId> parent =
            Optional.of(fetched.getParentChainId()).filter(id -> !id.isEmpty()).map(ChainId::new);
        yield new ImageEvent.LayerFetched(layer(fetched.getLayer(), parent));
      }
      case ABANDONED ->
          new ImageEvent.LayerAbandoned(
              new ChainId(Payloads.parse(LayerAbandoned.parser(), data).getChainId()));
      default -> null;
    };
  }

  private static List<dev.varve.snapshot.domain.Layer> layers(List<Layer> written) {
    List<dev.varve.snapshot.domain.Layer> layers = new ArrayList<>();
    Optional<ChainId> parent = Optional.empty();
    for (Layer layer : written) {
      if (layer.getOrdinal() != layers.size()) {
        throw new IllegalArgumentException("layers are not in order");
      }
      layers.add(layer(layer, parent));
      parent = Optional.of(layers.getLast().chainId());
    }
    return layers;
  }

  private static dev.varve.snapshot.domain.Layer layer(Layer layer, Optional<ChainId> parent) {
    return new dev.varve.snapshot.domain.Layer(
        new ChainId(layer.getChainId()),
        parent,
        new DiffId(layer.getDiffId()),
        new Digest(layer.getDigest()),
        layer.getMediaType(),
        layer.getUncompressedSize());
  }
}
