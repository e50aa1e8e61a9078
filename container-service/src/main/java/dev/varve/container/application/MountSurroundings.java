package dev.varve.container.application;

import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.MountResolution;
import dev.varve.eventlog.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What mounts are resolved against: the node's files and the other containers. */
record MountSurroundings(Engine engine, Ids ids, Map<String, String> images)
    implements MountResolution.Surroundings {
  @Override
  public Optional<List<MountPoint>> pointsOf(String container) {
    try {
      return Optional.of(
          Lookup.find(engine.directory(), container)
              .spec()
              .host()
              .fileSystems()
              .storage()
              .points());
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists(String path) {
    return engine.mounts().exists(path);
  }

  @Override
  public String newName() {
    return ids.next();
  }

  @Override
  public Optional<String> imageId(String reference) {
    return Optional.ofNullable(images.get(reference));
  }
}
