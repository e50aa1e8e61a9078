package dev.varve.snapshot.adapter.overlay;

import org.junit.jupiter.api.Tag;

@Tag("kernel")
class DirectoryRootContentsKernelTest extends RootContentsContract {
  @Override
  LayerForms forms() {
    return LayerForms.DIRECTORIES;
  }
}
