package dev.varve.image.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Names a layer together with all layers below it: equal chain ids, equal root file systems. */
public record ChainId(Digest digest) {
  public static ChainId parse(String text) {
    return new ChainId(new Digest(text));
  }

  /** The chain ids of layers given from the bottom, by the OCI image specification's rule. */
  public static List<ChainId> chain(List<DiffId> diffIds) {
    List<ChainId> chain = new ArrayList<>(diffIds.size());
    for (DiffId diffId : diffIds) {
      chain.add(chain.isEmpty() ? new ChainId(diffId.digest()) : over(chain.getLast(), diffId));
    }
    return List.copyOf(chain);
  }

  private static ChainId over(ChainId parent, DiffId diffId) {
    return new ChainId(Digest.of((parent + " " + diffId).getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public String toString() {
    return digest.value();
  }
}
