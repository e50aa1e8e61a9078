package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Reference;
import java.util.Optional;

/** A repository and a tag that a client gave apart, for an image to be put under. */
final class References {
  private References() {}

  /**
   * @param tag wins over one within the repository; empty means latest
   * @return empty when no repository was given
   * @throws ProblemException INVALID with Docker's text
   */
  static Optional<Reference> target(String repository, String tag) {
    if (repository.isEmpty()) {
      return Optional.empty();
    }
    Reference parsed = Catalog.parse(repository, Reference::parse);
    if (parsed.digest().isPresent()) {
      throw invalid("cannot import digest reference");
    }
    Reference reference =
        tag.isEmpty() ? parsed.withDefaultTag() : Catalog.parse(tag, parsed::withTag);
    if (reference.familiarName().equals("sha256")) {
      throw invalid("refusing to create an ambiguous tag using digest algorithm as name");
    }
    return Optional.of(reference);
  }

  static ProblemException invalid(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
