package dev.varve.snapshot.adapter.overlay;

import org.junit.jupiter.api.Tag;

@Tag("kernel")
class DirectoryViewKernelTest extends ViewContract {
  @Override
  LayerForms forms() {
    return LayerForms.DIRECTORIES;
  }
}
