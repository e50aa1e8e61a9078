package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.io.InputStream;

/** What containers have changed in their file systems. Thread-safe. */
public interface ContainerChanges {
  /**
   * The changes as an OCI layer, an uncompressed tar; to be closed. Reads may throw, as may this:
   *
   * @throws ProblemException NOT_FOUND when there is no such container
   */
  InputStream open(String containerId) throws IOException;

  static ProblemException noSuchContainer(String containerId) {
    return new Problem(Problem.Code.NOT_FOUND, "No such container: " + containerId).asException();
  }
}
