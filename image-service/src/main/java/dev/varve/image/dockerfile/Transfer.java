package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * What COPY and ADD have in common.
 *
 * @param paths sources that are no here-documents, in their order
 * @param documents sources that are, copied behind the paths
 * @param owner value of {@code --chown}
 * @param mode value of {@code --chmod}: octal, or symbolic
 * @param link copied into a layer that depends on nothing below
 * @param excludes patterns, read like an ignore file's lines: {@link IgnoreRules}
 */
public record Transfer(
    List<String> paths,
    List<HereDocument> documents,
    String destination,
    Optional<String> owner,
    Optional<String> mode,
    boolean link,
    List<String> excludes) {
  public Transfer {
    paths = List.copyOf(paths);
    documents = List.copyOf(documents);
    excludes = List.copyOf(excludes);
  }

  /** The same from elsewhere. */
  public Transfer from(String path) {
    return new Transfer(List.of(path), documents, destination, owner, mode, link, excludes);
  }
}
