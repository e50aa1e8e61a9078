package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** {@code docker push}: one tag, or all tags of a repository. */
public final class PushImages {
  private static final Logger LOG = Logger.getLogger(PushImages.class);

  private final Registry registry;
  private final PushImage one;
  private final ImageLog images;

  /**
   * What a client wants.
   *
   * @param tag empty together with a bare repository means all tags
   * @param platform what it must be for, or empty
   */
  public record Request(String reference, String tag, String platform, Credentials credentials) {}

  public PushImages(Registry registry, PushImage one, ImageLog images) {
    this.registry = registry;
    this.one = one;
    this.images = images;
  }

  /**
   * Returns when the registry has all and that is recorded.
   *
   * @throws ProblemException with Docker's text
   */
  public void push(Request request, ProgressLine.Sink progress, Cause cause)
      throws IOException, InterruptedException {
    Reference parsed = Catalog.parse(request.reference(), Reference::parse);
    if (parsed.digest().isPresent()) {
      throw problem(Problem.Code.INVALID, "cannot push a digest reference");
    }
    Reference reference =
        request.tag().isEmpty() ? parsed : Catalog.parse(request.tag(), parsed::withTag);
    Optional<Platform> platform = Platforms.wanted(request.platform());
    ProgressLine.Sink shared = ProgressLine.shared(progress);
    shared.send(
        new ProgressLine.Status(
            "The push refers to repository [" + reference.familiarName() + "]"));
    try {
      Map<Reference, Image> wanted = wanted(reference);
      wanted.forEach((name, image) -> Platforms.require(platform, image, name.familiar()));
      Registry.Repository repository = registry.pushTo(reference, request.credentials());
      for (Map.Entry<Reference, Image> tagged : wanted.entrySet()) {
        one.push(repository, tagged.getKey(), tagged.getValue(), shared, cause);
      }
    } catch (RegistryException e) {
      throw refused(reference, problem(Problem.Code.INTERNAL, e.text()), cause);
    } catch (ProblemException e) {
      throw refused(reference, e, cause);
    } catch (InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    }
  }

  private Map<Reference, Image> wanted(Reference reference) {
    Catalog catalog = images.catalog();
    Map<Reference, Image> wanted = new LinkedHashMap<>();
    List<ReferenceState> tags =
        catalog.referencesOfRepository(reference.name()).stream()
            .filter(state -> state.reference().tag().isPresent())
            .toList();
    for (ReferenceState tag : tags) {
      if (reference.isNameOnly() || tag.reference().equals(reference)) {
        catalog.image(tag.imageId()).ifPresent(image -> wanted.put(tag.reference(), image));
      }
    }
    if (wanted.isEmpty()) {
      throw problem(
          Problem.Code.NOT_FOUND,
          tags.isEmpty()
              ? "An image does not exist locally with the tag: " + reference.familiarName()
              : "tag does not exist: " + reference.familiar());
    }
    return wanted;
  }

  private ProblemException refused(Reference reference, ProblemException e, Cause cause) {
    try {
      var _ =
          images.run(
              cause,
              _ ->
                  Decision.<ImageEvent, Boolean>accept(
                      Subjects.reference(reference),
                      new ImageEvent.PushFailed(reference, e.problem().message()),
                      true));
    } catch (LogUnavailableException away) {
      LOG.warnf(away, "a refused push of %s was not recorded", reference);
    }
    return e;
  }

  private static ProblemException problem(Problem.Code code, String text) {
    return new Problem(code, text).asException();
  }
}
