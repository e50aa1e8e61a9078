package dev.varve.snapshot.adapter.overlay;

import org.junit.jupiter.api.Tag;

@Tag("kernel")
class ErofsRootContentsKernelTest extends RootContentsContract {
  @Override
  LayerForms forms() {
    return LayerForms.EROFS;
  }
}
