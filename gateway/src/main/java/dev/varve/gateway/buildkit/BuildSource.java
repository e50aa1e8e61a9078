package dev.varve.gateway.buildkit;

/** Where a build's files come from. */
sealed interface BuildSource {

  /** A directory of the client's. */
  record Directory(String name) implements BuildSource {}

  /**
   * A tar that the client was given by its user.
   *
   * @param path by which the client knows it
   */
  record Uploaded(String host, String path) implements BuildSource {}

  /** The builder gets it. */
  record Remote(String url) implements BuildSource {}
}
