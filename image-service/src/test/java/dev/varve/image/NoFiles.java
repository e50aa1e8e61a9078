package dev.varve.image;

import dev.varve.image.application.build.FileNode;
import dev.varve.image.application.build.ImageFiles;
import dev.varve.image.application.build.RunOutput;
import dev.varve.image.domain.Digest;
import java.io.InputStream;
import java.util.Optional;

/** Other services of which nothing can be had. */
enum NoFiles implements ImageFiles, RunOutput {
  INSTANCE;

  @Override
  public Optional<FileNode> stat(Digest imageId, String path) {
    return Optional.empty();
  }

  @Override
  public Optional<byte[]> read(Digest imageId, String path, int limit) {
    return Optional.empty();
  }

  @Override
  public InputStream archive(Digest imageId, String path) {
    return InputStream.nullInputStream();
  }

  @Override
  public void follow(String containerId, Sink sink) {}
}
