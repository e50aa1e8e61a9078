package dev.varve.snapshot.adapter.overlay;

import org.junit.jupiter.api.Tag;

@Tag("kernel")
class DirectorySnapshotterKernelTest extends SnapshotterContract {
  @Override
  LayerForms forms() {
    return LayerForms.DIRECTORIES;
  }
}
