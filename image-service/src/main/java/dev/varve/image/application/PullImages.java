package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jboss.logging.Logger;

/**
 * {@code docker pull}: one tag or digest, or all tags of a repository. A refusal is an event too.
 */
public final class PullImages {
  private static final Logger LOG = Logger.getLogger(PullImages.class);

  private final Registry registry;
  private final PullImage one;
  private final ImageLog images;

  /**
   * What a client wants.
   *
   * @param reference a repository, maybe with tag or digest
   * @param tag a tag or digest; empty together with a bare repository means all tags
   * @param platform empty means this machine's
   */
  public record Request(String reference, String tag, String platform, Credentials credentials) {}

  public PullImages(Registry registry, PullImage one, ImageLog images) {
    this.registry = registry;
    this.one = one;
    this.images = images;
  }

  /**
   * Returns when all is stored and recorded.
   *
   * @throws ProblemException with Docker's text
   * @throws InterruptedException when the client went away: what is complete is kept for a while
   */
  public void pull(Request request, ProgressLine.Sink progress, Cause cause)
      throws IOException, InterruptedException {
    Reference reference = reference(request.reference(), request.tag());
    Platform platform = Platforms.parse(request.platform());
    ProgressLine.Sink shared = ProgressLine.shared(progress);
    try {
      Registry.Repository repository = registry.pullFrom(reference, request.credentials());
      boolean news = false;
      if (reference.isNameOnly()) {
        for (String tag : repository.tags()) {
          Reference tagged = Catalog.parse(tag, reference::withTag);
          news |= one.pull(repository, tagged, platform, shared, cause);
        }
      } else {
        news = one.pull(repository, reference, platform, shared, cause);
      }
      shared.send(
          new ProgressLine.Status(
              (news ? "Status: Downloaded newer image for " : "Status: Image is up to date for ")
                  + reference.familiar()));
    } catch (RegistryException e) {
      throw refused(reference, translated(reference, e), cause);
    } catch (ProblemException e) {
      throw refused(reference, e, cause);
    } catch (InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    }
  }

  /** A tag beside the reference wins over one in it; it may be a digest. */
  static Reference reference(String text, String tag) {
    Reference parsed = Catalog.parse(text, Reference::parse);
    if (tag.isEmpty()) {
      return parsed.digest().isPresent() ? parsed.lookupKey() : parsed;
    }
    if (Digest.isDigest(tag)) {
      return parsed.atDigest(new Digest(tag));
    }
    Reference tagged = Catalog.parse(tag, parsed::withTag);
    return tagged.digest().isPresent() ? tagged.lookupKey() : tagged;
  }

  /** In the words in which Docker says it of a pull. */
  static ProblemException translated(Reference reference, RegistryException e) {
    return switch (e.kind()) {
      case MANIFEST_UNKNOWN ->
          problem(
              Problem.Code.NOT_FOUND,
              "manifest for %s not found: %s".formatted(reference.familiar(), e.text()));
      case NAME_UNKNOWN ->
          problem(
              Problem.Code.NOT_FOUND,
              "repository %s not found: %s".formatted(reference.familiarName(), e.text()));
      case DENIED ->
          problem(
              Problem.Code.NOT_FOUND,
              "pull access denied for %s, repository does not exist or may require 'docker login': %s"
                  .formatted(reference.familiarName(), e.text()));
      case UNAUTHORIZED, UNTRUSTED, UNAVAILABLE -> problem(Problem.Code.INTERNAL, e.text());
    };
  }

  private ProblemException refused(Reference reference, ProblemException e, Cause cause) {
    try {
      var _ =
          images.run(
              cause,
              _ ->
                  Decision.<ImageEvent, Boolean>accept(
                      Subjects.reference(reference),
                      new ImageEvent.PullFailed(reference, e.problem().message()),
                      true));
    } catch (LogUnavailableException away) {
      LOG.warnf(away, "a refused pull of %s was not recorded", reference);
    }
    return e;
  }

  private static ProblemException problem(Problem.Code code, String text) {
    return new Problem(code, text).asException();
  }
}
