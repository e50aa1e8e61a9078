package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import java.util.Optional;

/** Lays an archive down as the content of a volume: no name in it means that something is gone. */
final class VolumeApplier extends DirectoryApplier {
  VolumeApplier(Directory root) {
    super(root, Optional.empty());
  }

  @Override
  boolean hasWhiteouts() {
    return false;
  }
}
