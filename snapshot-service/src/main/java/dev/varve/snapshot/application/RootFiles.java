package dev.varve.snapshot.application;

import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.CopyPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Single files and trees in prepared roots, copied out and in while the container may change
 * everything on the way. A path is what it is to the container's processes; no link and no race
 * leads out of the root, and nothing of the container is ever executed. All of it wants a platform
 * thread.
 *
 * <p>Failures that the client shall see are {@link ProblemException}s in Docker's words.
 */
public interface RootFiles {

  /**
   * Whose root.
   *
   * @param called what the user calls the container
   * @param run the present one: what is mounted in it is seen as well
   * @param volumes and images, which are seen as well when it does not run
   */
  record Root(
      String containerId, String called, Optional<Container.Run> run, List<MountedVolume> volumes) {
    public Root {
      volumes = List.copyOf(volumes);
    }
  }

  /**
   * @param destination in the container
   * @param subpath of its data; empty for all
   */
  record MountedVolume(String destination, Path data, String subpath, boolean readOnly) {}

  /**
   * @param name the last one of the path as asked for; byte string, as {@code linkTarget}
   * @param mode type and permissions, as in {@code struct stat}
   * @param linkTarget where a link leads in the end, as far as there is anything; else empty
   */
  record Status(
      String name,
      long size,
      int mode,
      long modifiedSeconds,
      int modifiedNanos,
      String linkTarget) {}

  /** Takes the status before the archive begins. */
  @FunctionalInterface
  interface Found {
    void found(Status status) throws IOException;
  }

  /**
   * How an archive is extracted.
   *
   * @param keepDirectories a directory is not replaced by anything else, nor the other way round
   * @param owner user of the container to whom all of it shall belong
   * @param readOnlyRoot nothing is extracted to where nothing is mounted
   */
  record Extraction(boolean keepDirectories, Optional<String> owner, boolean readOnlyRoot) {}

  Status stat(Root root, CopyPath path) throws IOException;

  /** Archives what the path names. Does not close the stream. */
  void read(Root root, CopyPath path, Found found, OutputStream tar) throws IOException;

  /**
   * Extracts an archive, compressed or not, entry by entry. When it fails, what was extracted
   * before stays, and the file that was being written is removed.
   */
  void write(Root root, CopyPath directory, Extraction how, InputStream archive) throws IOException;
}
