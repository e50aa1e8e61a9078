package dev.varve.image.application;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * By whom servers are known that files are fetched from: the system's authorities, and those that
 * the operator named for one server. Any thread.
 */
public interface ServerTrust {

  /**
   * For one connection.
   *
   * @throws IOException when the operator's certificates cannot be read
   */
  SSLContext of(URI server) throws IOException;

  /** Files of certificates, of those that the operator named; in a fixed order. */
  List<Path> named(URI server) throws IOException;
}
