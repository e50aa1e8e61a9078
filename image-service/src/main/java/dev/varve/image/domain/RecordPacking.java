package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.LayerPacked;

/** Remembers what a layer was packed to, so that its image has the same digest the next time. */
public record RecordPacking(PackedLayer packed) {

  public Decision<ImageEvent, PackedLayer> decide(Catalog catalog) {
    return catalog.packing(packed.diffId()).filter(packed::equals).isPresent()
        ? Decision.nothing(packed)
        : Decision.accept(Subjects.packing(packed.diffId()), new LayerPacked(packed), packed);
  }
}
