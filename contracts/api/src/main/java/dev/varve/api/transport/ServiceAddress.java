package dev.varve.api.transport;

import java.nio.file.Path;

/** Where a service listens: {@code unix:/run/varve/image.sock} or {@code inprocess:image}. */
public sealed interface ServiceAddress {

  /** A socket file; its mode (0600) is the access control. */
  record UnixSocket(Path path) implements ServiceAddress {}

  /** A name within this JVM. */
  record InProcess(String name) implements ServiceAddress {}

  /**
   * @throws IllegalArgumentException when the text is neither form
   */
  static ServiceAddress parse(String text) {
    if (text.startsWith("unix:")) {
      return new UnixSocket(Path.of(text.substring("unix:".length())));
    }
    if (text.startsWith("inprocess:")) {
      return new InProcess(text.substring("inprocess:".length()));
    }
    throw new IllegalArgumentException("not a service address: " + text);
  }
}
