package dev.varve.container.application;

import dev.varve.container.domain.LogPolicy;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The files of containers' logs on disk. A monitor writes {@code container.log}; a full one is set
 * aside as {@code container.log.1}, the next as {@code container.log.2}, and so on: a number is
 * never used twice, and no file is ever renamed again, except that compressing one adds {@code .gz}
 * to its name.
 *
 * <p>Lifecycle of a rotation: {@link #setAside}, then the monitor is told to begin a new file
 * ({@link ContainerRuntime#reopenLog}), then, when there is one, {@link #tidy}. Each may be the
 * last thing that a dying engine does: {@link #isSetAside} shows a rotation that was not told to
 * the monitor, and {@code tidy} takes up what one before it left.
 *
 * @see ContainerLog for reading
 */
public interface LogStore {

  /**
   * Bytes in the file that is being written; 0 when there is none.
   *
   * @param log the monitor's path
   */
  long size(Path log) throws IOException;

  /** Whether a file has been set aside and the monitor has not begun another. */
  boolean isSetAside(Path log) throws IOException;

  /**
   * Gives the file its number. The monitor goes on writing to it until told.
   *
   * @throws IOException when the disk has no room for the beginning of a new file; nothing changed
   */
  void setAside(Path log) throws IOException;

  /**
   * Deletes what is more than the policy keeps, compresses the rest if it says so; but lets be what
   * the monitor may still write to, and what somebody reads already stays readable for him.
   */
  void tidy(Path log, LogPolicy policy) throws IOException;
}
