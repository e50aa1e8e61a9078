package dev.varve.image.dockerfile;

import java.util.Optional;

/**
 * A path source of COPY or ADD: a name or a pattern, matched name by name as Go's {@code
 * filepath.Match} does.
 *
 * @param pattern cleaned, without a leading slash: relative to the context's or stage's root;
 *     empty for the root itself
 * @param pivot with {@code --parents}: what stands before {@code /./}, cleaned, which is not kept;
 *     empty without one
 * @param contentsOnly it ended in {@code /.} or {@code /}
 */
public record SourcePattern(String pattern, Optional<String> pivot, boolean contentsOnly) {
  /**
   * @param parents whether {@code /./} is a pivot
   * @throws DockerfileException for a pattern that is none
   */
  public static SourcePattern of(String source, boolean parents) {
    throw new UnsupportedOperationException();
  }

  /** False for a plain name, which must exist. */
  public boolean isPattern() {
    throw new UnsupportedOperationException();
  }

  /**
   * @param path relative, cleaned
   */
  public boolean matches(String path) {
    throw new UnsupportedOperationException();
  }

  /** Whether something below may match: where a walk need not go otherwise. */
  public boolean mayMatchBelow(String directory) {
    throw new UnsupportedOperationException();
  }
}
