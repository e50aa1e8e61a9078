package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Layers as EROFS images, one file each, mounted when they are looked into. */
record ErofsForm(FileCalls calls, LayerMounts mounts) implements LayerForm {
  static final String IMAGE = "layer.erofs";

  @Override
  public String name() {
    return IMAGE;
  }

  @Override
  public LayerApplier begin(Path layer, Directory handle, Optional<LowerFiles> lower)
      throws IOException {
    return new ErofsApplier(layer.resolve(IMAGE), calls, lower);
  }

  /** The image is durable when it is complete; what remains are the record and the names. */
  @Override
  public void sync(Path layer, Directory handle) throws IOException {
    int applied = calls.open(handle.fd(), LayerRecord.NAME, FileCalls.O_RDONLY, 0);
    try (Directory readable = handle.child(".")) {
      calls.fsync(applied);
      calls.fsync(readable.fd());
    } finally {
      calls.close(applied);
    }
  }

  @Override
  public Path files(ChainId chainId, Path layer) throws IOException {
    return mounts.mounted(chainId, layer.resolve(IMAGE));
  }

  @Override
  public void release(ChainId chainId) throws IOException {
    mounts.release(chainId);
  }
}
