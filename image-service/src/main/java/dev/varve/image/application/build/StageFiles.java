package dev.varve.image.application.build;

import dev.varve.image.domain.Digest;
import java.io.IOException;
import java.util.Optional;

/** What a stage's files are now, looked at without a container. Any thread. */
final class StageFiles {
  private final ImageFiles images;
  private final BuiltImages built;

  StageFiles(ImageFiles images, BuiltImages built) {
    this.images = images;
    this.built = built;
  }

  Destination of(Build build, StageState state) throws IOException {
    if (state.layers().isEmpty()) {
      return Destination.empty();
    }
    if (!state.isAboveKnown()) {
      var _ = built.ground(build, state);
    }
    Digest ground = state.ground();
    return new Destination(path -> {
      FileNode above = state.above().get(path);
      if (above != null) {
        return Optional.of(above);
      }
      return ground == null ? Optional.empty() : images.stat(ground, "/" + path);
    });
  }

  /** A small file of the stage's. */
  Optional<byte[]> read(Build build, StageState state, String path, int limit)
      throws IOException, InterruptedException {
    if (state.layers().isEmpty()) {
      return Optional.empty();
    }
    return images.read(built.ground(build, state), path, limit);
  }
}
