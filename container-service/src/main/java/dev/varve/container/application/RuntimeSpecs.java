package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.domain.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Translates what the user asked for into the documents of the OCI runtime specification. May read
 * the root file system (users, groups) and make the working directory in it; changes nothing else.
 *
 * <p>What cannot be had is refused with a {@link dev.varve.eventlog.ProblemException} of code
 * INVALID when the request itself is wrong, with a {@link RuntimeRefusedException} when the image
 * does not fit it.
 */
public interface RuntimeSpecs {
  /**
   * A bundle's config.json.
   *
   * @param sharedMemory what /dev/shm is, when it is not the container's alone
   */
  byte[] config(RunRequest request, Optional<Path> sharedMemory) throws IOException;

  /** The {@code linux.resources} that {@code update} takes. */
  byte[] resources(Resources resources) throws IOException;

  /** The process of an exec, as {@code exec --process} takes it. */
  byte[] process(ExecRequest request) throws IOException;
}
