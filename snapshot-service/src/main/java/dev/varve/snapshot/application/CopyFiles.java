package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.application.RootFiles.Extraction;
import dev.varve.snapshot.application.RootFiles.Found;
import dev.varve.snapshot.application.RootFiles.Root;
import dev.varve.snapshot.application.RootFiles.Status;
import dev.varve.snapshot.domain.BindUse;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.CopyPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code docker cp}, both ways, of containers that run, ended or never ran. A copy that the
 * container's removal overtakes is interrupted.
 *
 * @see RootFiles
 */
public final class CopyFiles {
  private final Facts facts;
  private final ReadRoot roots;
  private final RootFiles files;
  private final Copies copies;
  private final RootSizes sizes;
  private final VolumeClaims volumes;
  private final MountedImages images;

  public CopyFiles(
      Facts facts,
      ReadRoot roots,
      RootFiles files,
      Copies copies,
      RootSizes sizes,
      VolumeClaims volumes,
      MountedImages images) {
    this.volumes = volumes;
    this.images = images;
    this.facts = facts;
    this.roots = roots;
    this.files = files;
    this.copies = copies;
    this.sizes = sizes;
  }

  /**
   * What is copied.
   *
   * @param called what the user calls the container
   */
  public record Place(String containerId, String called, CopyPath path) {}

  /**
   * @throws dev.varve.eventlog.ProblemException NOT_FOUND when this node has no such root, as of
   *     all three
   */
  public Status stat(Place place, Cause cause) throws IOException, InterruptedException {
    return files.stat(root(place, cause), place.path());
  }

  public void read(Place place, Found found, OutputStream tar, Cause cause)
      throws IOException, InterruptedException {
    try (var _ = copies.begin(place.containerId())) {
      files.read(root(place, cause), place.path(), found, tar);
    }
  }

  public void write(Place place, Extraction how, InputStream archive, Cause cause)
      throws IOException, InterruptedException {
    try (var _ = copies.begin(place.containerId())) {
      files.write(root(place, cause), place.path(), how, archive);
    } finally {
      sizes.changed(place.containerId());
    }
  }

  private Root root(Place place, Cause cause) throws IOException, InterruptedException {
    try {
      roots.prepare(place.containerId(), cause);
    } catch (NoSuchFileException e) {
      throw new Problem(Problem.Code.NOT_FOUND, "No such container: " + place.called())
          .asException();
    }
    Optional<Container> container = facts.container(place.containerId());
    return new Root(
        place.containerId(),
        place.called(),
        container.flatMap(Container::run),
        container.map(this::mountedIn).orElse(List.of()));
  }

  private List<RootFiles.MountedVolume> mountedIn(Container container) {
    List<RootFiles.MountedVolume> all = new ArrayList<>(volumes.mountedIn(container));
    all.addAll(images.mountedIn(container));
    for (BindUse bind : container.binds()) {
      Path source = Path.of(bind.source());
      // What is missing may be made when the container starts, and is not before.
      if (Files.exists(source)) {
        all.add(new RootFiles.MountedVolume(bind.destination(), source, "", bind.readOnly()));
      }
    }
    return all;
  }
}
