package dev.varve.image.domain;

import java.util.Optional;

/**
 * A name for an image, by Docker's grammar: {@code domain/path[:tag][@digest]}.
 *
 * <p>The canonical form ({@code docker.io/library/busybox:latest}) names the subject in the log;
 * the familiar form ({@code busybox:latest}) is what people see.
 *
 * @param domain never empty; {@code docker.io} when none was given
 * @param path with {@code library/} where Docker adds it
 */
public record Reference(String domain, String path, Optional<String> tag, Optional<Digest> digest)
    implements Comparable<Reference> {
  static final String DEFAULT_DOMAIN = "docker.io";
  static final String LIBRARY = "library/";
  private static final String DEFAULT_TAG = "latest";

  /**
   * Parses what a person typed.
   *
   * @throws ReferenceFormatException with Docker's text
   */
  public static Reference parse(String text) {
    return ReferenceGrammar.parse(text);
  }

  /** The canonical name without tag and digest. */
  public String name() {
    return domain + "/" + path;
  }

  /** The name without what Docker adds by itself. */
  public String familiarName() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return name();
    }
    boolean official = path.startsWith(LIBRARY) && path.indexOf('/', LIBRARY.length()) < 0;
    return official ? path.substring(LIBRARY.length()) : path;
  }

  public String canonical() {
    return name() + suffix();
  }

  public String familiar() {
    return familiarName() + suffix();
  }

  public boolean isNameOnly() {
    return tag.isEmpty() && digest.isEmpty();
  }

  /** This, tagged {@code latest} if it has neither tag nor digest. */
  public Reference withDefaultTag() {
    return isNameOnly() ? new Reference(domain, path, Optional.of(DEFAULT_TAG), digest) : this;
  }

  /**
   * This, with another tag.
   *
   * @throws ReferenceFormatException when it is no tag
   */
  public Reference withTag(String newTag) {
    if (!ReferenceGrammar.isTag(newTag)) {
      throw new ReferenceFormatException("invalid tag format");
    }
    return new Reference(domain, path, Optional.of(newTag), digest);
  }

  /** The same repository's manifest of that digest, without a tag. */
  public Reference atDigest(Digest manifest) {
    return new Reference(domain, path, Optional.empty(), Optional.of(manifest));
  }

  /** The name alone. */
  public Reference repository() {
    return new Reference(domain, path, Optional.empty(), Optional.empty());
  }

  /**
   * What is looked up for this: a digest says more than a tag beside it, and no tag means latest.
   */
  public Reference lookupKey() {
    return digest.isPresent()
        ? new Reference(domain, path, Optional.empty(), digest)
        : withDefaultTag();
  }

  @Override
  public int compareTo(Reference other) {
    return familiar().compareTo(other.familiar());
  }

  @Override
  public String toString() {
    return canonical();
  }

  private String suffix() {
    return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
