package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.ReferenceFormatException;
import java.util.regex.Pattern;

/**
 * Names in the paths of the engine's registry: a repository there is what a person would type to
 * this engine, so that {@code busybox} and {@code library/busybox} are {@code
 * docker.io/library/busybox}.
 */
final class HostedNames {
  private static final int MAX_NAME = 255;
  private static final int MAX_SHOWN = 100;

  /** The distribution specification's, possessive so that no text takes more than linear time. */
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+"
              + "(?:/[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+)*+");

  private HostedNames() {}

  /**
   * The repository, neither tagged nor with a digest.
   *
   * @throws dev.varve.eventlog.ProblemException NAME_INVALID
   */
  static Reference repository(String name) {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw HostingProblem.nameInvalid("invalid repository name");
    }
    try {
      return Reference.parse(name);
    } catch (ReferenceFormatException e) {
      throw HostingProblem.nameInvalid("invalid repository name");
    }
  }

  /**
   * What a manifest is asked for by, with the tag or the digest.
   *
   * @throws dev.varve.eventlog.ProblemException DIGEST_INVALID, or MANIFEST_INVALID for no tag
   */
  static Reference manifest(String name, String tagOrDigest) {
    Reference repository = repository(name);
    if (tagOrDigest.indexOf(':') >= 0) {
      return repository.atDigest(digest(tagOrDigest));
    }
    try {
      return repository.withTag(tagOrDigest);
    } catch (ReferenceFormatException e) {
      throw HostingProblem.manifestInvalid("invalid tag");
    }
  }

  static Digest digest(String text) {
    if (!Digest.isDigest(text)) {
      throw HostingProblem.digestInvalid(
          "provided digest is not sha256 in lower case: "
              + text.substring(0, Math.min(text.length(), MAX_SHOWN))
                  .replaceAll("[^\\w:.+-]", "?"));
    }
    return new Digest(text);
  }

  /** Whether a repository can be asked for: not those of a registry at a port, for example. */
  static boolean isAddressable(Reference repository) {
    return NAME.matcher(repository.familiarName()).matches();
  }
}
