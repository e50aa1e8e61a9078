package dev.varve.snapshot.adapter.overlay;

import dev.varve.snapshot.adapter.overlay.LayerRecord.RootAttributes;
import java.util.Optional;

/**
 * What an archive turned out to hold.
 *
 * @param sizeBytes of files' content
 * @param opaqueRoot the layer hides all below it
 * @param root owner and mode of the root directory, when the archive has them
 */
record LayerContent(
    long sizeBytes, long entries, boolean opaqueRoot, Optional<RootAttributes> root) {}
