package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * A local path source of COPY or ADD, in a context, a stage or an image. Of a directory the
 * contents are copied, merged into what is there.
 *
 * <p>{@code a/b*}: look in {@code a}, links followed, for what matches {@code b*}; a directory that
 * matches is taken whole. With {@code --parents}, {@code x/./y/*.txt}: in {@code x}, with their
 * directories, what {@code y/*.txt} matches; without a pivot, in the root.
 *
 * @param base relative to the root, cleaned, without patterns; empty for the root itself
 * @param glob matched against paths below the base; empty when the base is meant itself
 * @param kept with {@code --parents}: what of that is copied, with its directories
 * @param required what must be there, or the step fails; empty for patterns, which may match
 *     nothing
 */
public record SourcePattern(
    String base,
    Optional<PathPattern> glob,
    Optional<PathPatterns> kept,
    Optional<String> required) {
  private static final String PIVOT = "/./";

  /**
   * @param parents as the flag says
   * @throws DockerfileException for a pattern that is none
   */
  public static SourcePattern of(String source, boolean parents) {
    if (!parents) {
      return of(Paths.belowRoot(source), Optional.empty(), Paths.belowRoot(source));
    }
    int pivot = source.indexOf(PIVOT);
    String root = pivot < 0 ? "" : Paths.belowRoot(source.substring(0, pivot));
    String below = Paths.belowRoot(pivot < 0 ? source : source.substring(pivot + PIVOT.length()));
    List<String> all = List.of(below.isEmpty() ? "**" : below);
    return of(root, Optional.of(PathPatterns.of(all)), root + "/" + below);
  }

  private static SourcePattern of(String root, Optional<PathPatterns> kept, String whole) {
    Optional<String> required =
        isPattern(whole) ? Optional.empty() : Optional.of(Paths.belowRoot(whole));
    if (!isPattern(root)) {
      return new SourcePattern(root, Optional.empty(), kept, required);
    }
    int slash = root.lastIndexOf('/', firstSpecial(root));
    String base = slash < 0 ? "" : root.substring(0, slash);
    try {
      PathPattern glob = PathPattern.ofSource(root.substring(slash + 1));
      return new SourcePattern(base, Optional.of(glob), kept, required);
    } catch (Malformed e) {
      throw new DockerfileException(e.reason() + ": " + Quoted.of(root));
    }
  }

  private static boolean isPattern(String path) {
    return firstSpecial(path) >= 0;
  }

  private static int firstSpecial(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '*' || c == '?' || c == '[') {
        return i;
      }
      i += c == '\\' ? 1 : 0;
    }
    return -1;
  }
}
