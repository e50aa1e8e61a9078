package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a layer lies on disk: one name in the layer's own directory, beside its record. Stores may
 * hold layers of several forms, since the setting can change.
 */
interface LayerForm {
  /** The name, which no other form uses. */
  String name();

  /** Begins a layer in a directory that has nothing of that name yet. */
  LayerApplier begin(Path layer, Directory handle, Optional<LowerFiles> lower) throws IOException;

  /** Makes the layer with its record durable. */
  void sync(Path layer, Directory handle) throws IOException;

  /** Where the layer's files can be read, mounted if need be. */
  Path files(ChainId chainId, Path layer) throws IOException;

  /** Lets go of the files, before the layer is deleted. */
  void release(ChainId chainId) throws IOException;
}
