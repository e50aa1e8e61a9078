package dev.varve.container.application;

import dev.varve.container.domain.ContainerSpec;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is mounted into containers: files of the node, also those of volumes and of images. */
public interface MountSources {

  /** Whether the path is there. */
  boolean exists(String path);

  /** Where the volume's data is or will be. */
  Path volume(String name);

  /** Where the files of an image are, as long as a container has it mounted. */
  Path image(String imageId);

  /**
   * A mount for the runtime.
   *
   * @param options as in an OCI runtime spec
   */
  record Ready(String destination, String type, String source, List<String> options) {
    public Ready {
      options = List.copyOf(options);
    }
  }

  /** Holds what is to be mounted in place until the runtime has mounted it. */
  interface Held extends AutoCloseable {
    /** Outer mounts before those in them. */
    List<Ready> mounts();

    /** Whether something that is mounted later on the node shall appear in the container. */
    String rootPropagation();

    @Override
    void close();
  }

  /**
   * Sees to all that the container has beside its root, and makes sources that may be made.
   *
   * @param root the container's root file system
   * @throws ProblemException in Docker's words
   */
  Held hold(ContainerSpec spec, Path root) throws IOException;
}
