package dev.varve.snapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.archive.testing.TarBytes;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.Digest;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes layers and images of archives, with right digests. */
public final class TestLayers {
  private TestLayers() {}

  public static Layer layer(Optional<ChainId> parent, byte[] archive) {
    String diffId = TarBytes.sha256(archive);
    String chainId =
        parent
            .map(below -> TarBytes.sha256((below.text() + " " + diffId).getBytes(UTF_8)))
            .orElse(diffId);
    return new Layer(
        new ChainId(chainId),
        parent,
        new DiffId(diffId),
        new Digest(diffId),
        "application/vnd.oci.image.layer.v1.tar",
        archive.length);
  }

  /**
   * @param archives bottom first
   */
  public static Image image(String id, byte[]... archives) {
    List<Layer> layers = new ArrayList<>();
    Optional<ChainId> parent = Optional.empty();
    for (byte[] archive : archives) {
      Layer layer = layer(parent, archive);
      layers.add(layer);
      parent = Optional.of(layer.chainId());
    }
    return new Image(id, layers);
  }

  /** 64 hex digits that end in the number. */
  public static String containerId(int number) {
    return "%064x".formatted(number);
  }
}
