package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Mount;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Files of this host that a container sees while one command runs, and that are in no layer: what a
 * client hands over for it. What a dead process left goes at the next start. Any thread.
 */
public interface HandedFiles {

  /** A file with these bytes, to be removed. */
  Path put(byte[] content, Mount.Access access) throws IOException;

  /** Gives a file that is there to who is to use it. */
  void give(Path file, Mount.Access access) throws IOException;

  void remove(Path file);
}
