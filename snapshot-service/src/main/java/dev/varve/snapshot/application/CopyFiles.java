package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.application.RootFiles.Extraction;
import dev.varve.snapshot.application.RootFiles.Found;
import dev.varve.snapshot.application.RootFiles.Root;
import dev.varve.snapshot.application.RootFiles.Status;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.CopyPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;

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

  public CopyFiles(Facts facts, ReadRoot roots, RootFiles files, Copies copies, RootSizes sizes) {
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
    return new Root(
        place.containerId(),
        place.called(),
        facts.container(place.containerId()).flatMap(Container::run));
  }
}
