package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Docker's rmi: a reference is untagged, and the image goes with its last reference; an id takes
 * the image with all its references. Containers and further references stand in the way, more or
 * less.
 *
 * @param asked what the person typed: an id or its prefix, or a reference
 * @param image what it was resolved to
 * @param prune also the images that it was made from, as long as nothing else needs them
 */
public record RemoveImage(String asked, Image image, boolean force, boolean prune) {

  /** One line of the answer. */
  public sealed interface Outcome {
    /** A reference in its familiar form. */
    record Untagged(String reference) implements Outcome {}

    /** An image id or a chain id. */
    record Deleted(String id) implements Outcome {}
  }

  public Decision<ImageEvent, List<Outcome>> decide(
      Catalog catalog, Collection<ContainerUse> containers) {
    if (catalog.image(image.id()).isEmpty()) {
      return Decision.reject(Problem.Code.NOT_FOUND, "No such image: " + asked);
    }
    List<Reference> references =
        catalog.references(image.id()).stream().map(ReferenceState::reference).toList();
    Situation now = new Situation(catalog, containers);
    return isId() ? byId(now, references) : byReference(now, references);
  }

  /** What there is before the removal. */
  private record Situation(Catalog catalog, Collection<ContainerUse> containers) {
    List<ContainerUse> users(Digest imageId) {
      return containers.stream()
          .filter(container -> container.uses(imageId))
          .sorted(Comparator.comparing(ContainerUse::containerId))
          .toList();
    }
  }

  private boolean isId() {
    return image.id().value().startsWith(asked) || image.id().hex().startsWith(asked);
  }

  private Decision<ImageEvent, List<Outcome>> byReference(
      Situation now, List<Reference> references) {
    List<ContainerUse> users = now.users(image.id());
    if (!force && isSingle(references) && !users.isEmpty()) {
      return conflict(
          "unable to remove repository reference \"%s\" (must force) - container %s is using its referenced image %s"
              .formatted(asked, users.getFirst().shortId(), image.id().shortHex()));
    }
    Reference given = Catalog.parse(asked).lookupKey();
    if (!references.contains(given)) {
      return Decision.reject(Problem.Code.NOT_FOUND, "No such image: " + given.familiar());
    }
    List<Reference> dropped = new ArrayList<>(List.of(given));
    dropped.addAll(digestsLeftAlone(given, references));
    Plan plan = new Plan();
    dropped.forEach(plan::untag);
    plan.dropManifests(now.catalog, dropped);
    boolean last = dropped.size() == references.size();
    // What is in use stays, untagged: the person asked for the reference to go, not the image.
    boolean inUse =
        now.catalog.hasChildren(image.id())
            || users.stream().anyMatch(user -> user.running() || !force);
    if (last && !inUse) {
      plan.delete(now, image);
    }
    return plan.accept();
  }

  private Decision<ImageEvent, List<Outcome>> byId(Situation now, List<Reference> references) {
    if (now.catalog.hasChildren(image.id())) {
      return undeletable("cannot be forced", "image has dependent child images");
    }
    List<ContainerUse> users = now.users(image.id());
    Optional<ContainerUse> running = users.stream().filter(ContainerUse::running).findFirst();
    if (running.isPresent()) {
      return undeletable(
          "cannot be forced",
          "image is being used by running container " + running.get().shortId());
    }
    if (!force && !isSingle(references)) {
      return undeletable("must be forced", "image is referenced in multiple repositories");
    }
    if (!force && !users.isEmpty()) {
      return undeletable(
          "must be forced",
          "image is being used by stopped container " + users.getFirst().shortId());
    }
    Plan plan = new Plan();
    references.forEach(plan::untag);
    plan.dropManifests(now.catalog, references);
    plan.delete(now, image);
    return plan.accept();
  }

  /** At most one tag, and every digest reference within its repository. */
  private static boolean isSingle(List<Reference> references) {
    long tags = references.stream().filter(reference -> reference.digest().isEmpty()).count();
    long repositories = references.stream().map(Reference::name).distinct().count();
    return tags <= 1 && repositories <= 1;
  }

  /** Digest references go with the last tag of their repository. */
  private static List<Reference> digestsLeftAlone(Reference given, List<Reference> references) {
    List<Reference> others =
        references.stream()
            .filter(other -> !other.equals(given) && other.name().equals(given.name()))
            .toList();
    boolean tagLeft = others.stream().anyMatch(other -> other.digest().isEmpty());
    return given.digest().isPresent() || tagLeft ? List.of() : others;
  }

  private Decision<ImageEvent, List<Outcome>> undeletable(String force, String why) {
    return conflict("unable to delete %s (%s) - %s".formatted(image.id().shortHex(), force, why));
  }

  private static Decision<ImageEvent, List<Outcome>> conflict(String text) {
    return Decision.reject(Problem.Code.CONFLICT, "conflict: " + text);
  }

  /**
   * References first: a reader between the events may see the image dangling, never the other way.
   */
  private final class Plan {
    private final List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Set<Digest> deleted = new HashSet<>();

    void untag(Reference reference) {
      events.add(
          new Decision.Draft<>(
              Subjects.reference(reference), new ReferenceDropped(reference, image.id())));
      outcomes.add(new Outcome.Untagged(reference.familiar()));
    }

    /** What the engine's registry serves by a digest goes with the last name of it. */
    void dropManifests(Catalog catalog, List<Reference> dropped) {
      Set<Reference> hosted = new HashSet<>();
      dropped.stream().filter(reference -> reference.digest().isPresent()).forEach(hosted::add);
      events.addAll(DroppedManifests.drafts(catalog, hosted));
    }

    void delete(Situation now, Image doomed) {
      events.add(new Decision.Draft<>(Subjects.image(doomed.id()), new ImageRemoved(doomed.id())));
      outcomes.add(new Outcome.Deleted(doomed.id().value()));
      deleted.add(doomed.id());
      Set<ChainId> kept = keptLayers(now);
      for (Layer layer : doomed.layers().reversed()) {
        if (!kept.contains(layer.chainId())) {
          outcomes.add(new Outcome.Deleted(layer.chainId().toString()));
        }
      }
      if (prune) {
        doomed
            .parent()
            .flatMap(now.catalog::image)
            .filter(parent -> isLeft(now, parent.id()))
            .ifPresent(parent -> delete(now, parent));
      }
    }

    /** Those of other images, and of removed ones that containers still need. */
    private Set<ChainId> keptLayers(Situation now) {
      Set<ChainId> kept = new HashSet<>();
      for (Image other : now.catalog.images()) {
        if (!deleted.contains(other.id()) || !now.users(other.id()).isEmpty()) {
          other.layers().forEach(layer -> kept.add(layer.chainId()));
        }
      }
      for (Image removed : now.catalog.removedImages()) {
        if (!now.users(removed.id()).isEmpty()) {
          removed.layers().forEach(layer -> kept.add(layer.chainId()));
        }
      }
      return kept;
    }

    /** Whether nothing needs the image once those are gone that go now. */
    private boolean isLeft(Situation now, Digest imageId) {
      return now.users(imageId).isEmpty()
          && now.catalog.references(imageId).isEmpty()
          && now.catalog.images().stream()
              .noneMatch(other ->
                  !deleted.contains(other.id())
                      && other.parent().filter(imageId::equals).isPresent());
    }

    Decision<ImageEvent, List<Outcome>> accept() {
      return new Decision.Accepted<>(List.copyOf(events), List.copyOf(outcomes));
    }
  }
}
