package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.snapshot.domain.ChainId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Layers as plain directories: on any kernel, at the price of an inode of the disk for each file.
 */
record DirectoryForm(FileCalls calls) implements LayerForm {
  private static final String FILES = "fs";
  private static final int ROOT_MODE = 0755;

  @Override
  public String name() {
    return FILES;
  }

  @Override
  public LayerApplier begin(Path layer, Directory handle, Optional<LowerFiles> lower)
      throws IOException {
    calls.mkdir(handle.fd(), FILES, ROOT_MODE);
    calls.chmod(handle.fd(), FILES, ROOT_MODE);
    return new DirectoryApplier(handle.resolve(FILES), lower);
  }

  /** One call for all files, instead of one for each. */
  @Override
  public void sync(Path layer, Directory handle) throws IOException {
    try (Directory readable = handle.child(".")) {
      calls.syncfs(readable.fd());
    }
  }

  @Override
  public Path files(ChainId chainId, Path layer) {
    return layer.resolve(FILES);
  }

  @Override
  public void release(ChainId chainId) {}
}
