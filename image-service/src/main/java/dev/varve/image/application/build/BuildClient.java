package dev.varve.image.application.build;

import dev.varve.image.application.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What only the client of a build has; asked for when it is needed. Any thread; may block. */
public interface BuildClient {

  /**
   * @param domain of the registry; {@code docker.io} for Docker's own
   */
  Credentials credentials(String domain) throws IOException, InterruptedException;

  /** Empty when it has none of this id. */
  Optional<byte[]> secret(String id) throws IOException, InterruptedException;

  /** A socket on this host behind which its agent answers; empty when it has none of this id. */
  Optional<Path> agent(String id) throws IOException, InterruptedException;
}
