package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Subject;
import dev.varve.events.image.v1.BuildCachePruned;
import dev.varve.events.image.v1.CommittedContainer;
import dev.varve.events.image.v1.ImageAdded;
import dev.varve.events.image.v1.ImageRemoved;
import dev.varve.events.image.v1.Origin;
import dev.varve.events.image.v1.Pruned;
import dev.varve.events.image.v1.Pulled;
import dev.varve.events.image.v1.Pushed;
import dev.varve.events.image.v1.ReferenceDropped;
import dev.varve.events.image.v1.ReferenceSet;
import dev.varve.gateway.docker.ImageName;
import dev.varve.gateway.history.Remembered.OfImage;
import dev.varve.gateway.history.Remembered.OfReference;
import dev.varve.gateway.history.Remembered.OfStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The image service's events in Docker's words. Pure. */
final class ImageTeller implements Teller {
  private static final List<Message> SAMPLES =
      List.of(
          ImageAdded.getDefaultInstance(),
          ImageRemoved.getDefaultInstance(),
          ReferenceSet.getDefaultInstance(),
          ReferenceDropped.getDefaultInstance(),
          Pulled.getDefaultInstance(),
          Pushed.getDefaultInstance(),
          Pruned.getDefaultInstance(),
          BuildCachePruned.getDefaultInstance());

  @Override
  public String service() {
    return "image";
  }

  @Override
  public List<Message> samples() {
    return SAMPLES;
  }

  @Override
  public @Nullable Remembered evolve(@Nullable Remembered state, Event<Message> event) {
    return switch (event.data()) {
      case ImageAdded it ->
          it.getOrigin().getKind() == Origin.Kind.KIND_BUILD_STEP
              ? new OfStep()
              : new OfImage(event.cause().correlationId());
      case ReferenceSet it -> new OfReference(it.getImageId());
      case ImageRemoved _, ReferenceDropped _, Pruned _, BuildCachePruned _ -> null;
      default -> state;
    };
  }

  @Override
  public List<Told> tell(
      Event<Message> event,
      @Nullable Remembered before,
      @Nullable Remembered after,
      Memory memory) {
    return switch (event.data()) {
      case ImageAdded it -> added(event, it);
      case ImageRemoved it ->
          before instanceof OfStep
              ? List.of()
              : image(event, "delete", it.getImageId(), it.getImageId());
      case ReferenceSet it -> set(event, it, memory);
      case ReferenceDropped it -> image(event, "untag", it.getImageId(), it.getImageId());
      case Pulled it -> transfer(event, "pull", it.getReference());
      case Pruned it -> List.of(Told.prune("image", it.getReclaimedBytes(), event.time()));
      case BuildCachePruned it ->
          List.of(Told.prune("builder", it.getReclaimedBytes(), event.time()));
      case Pushed it -> transfer(event, "push", it.getReference());
      default -> List.of();
    };
  }

  private static List<Told> added(Event<Message> event, ImageAdded added) {
    String id = added.getImageId();
    return switch (added.getOrigin().getKind()) {
      // Docker has no word for an image that somebody brings by pushing it.
      case KIND_LOAD, KIND_RECEIVED -> image(event, "load", id, id);
      case KIND_IMPORT -> image(event, "import", id, id);
      case KIND_COMMIT ->
          added.getOrigin().getCommitted().getReference().isEmpty()
              ? both(image(event, "create", id, id), commit(event, added.getOrigin(), id))
              : image(event, "create", id, id);
      case KIND_BUILD -> image(event, "create", id, id);
      // Told of the pull itself, which also happens to images that are here.
      case KIND_PULL -> List.of();
      case KIND_UNSPECIFIED, KIND_PUSH, KIND_BUILD_STEP, UNRECOGNIZED -> List.of();
    };
  }

  /** A commit is told of the container, once its image has all it was to have. */
  private static List<Told> commit(Event<Message> event, Origin origin, String imageId) {
    CommittedContainer from = origin.getCommitted();
    return List.of(
        new Told(
            "container",
            "commit",
            from.getContainerId(),
            Map.of(
                "comment", from.getComment(),
                "image", from.getImage(),
                "imageID", imageId,
                "imageRef", from.getReference(),
                "name", from.getName()),
            event.time()));
  }

  private static List<Told> both(List<Told> first, List<Told> second) {
    List<Told> told = new ArrayList<>(first);
    told.addAll(second);
    return told;
  }

  /** A name that came with the image is no act of its own, unless a person chose it. */
  private static List<Told> set(Event<Message> event, ReferenceSet set, Memory memory) {
    Origin.Kind kind = set.getOrigin().getKind();
    if (kind == Origin.Kind.KIND_PULL
        || kind == Origin.Kind.KIND_PUSH
        || kind == Origin.Kind.KIND_RECEIVED && set.getReference().contains("@")) {
      return List.of();
    }
    if (set.getOrigin().hasCommitted()) {
      String id = set.getImageId();
      return both(
          image(event, "tag", id, familiar(set.getReference())),
          commit(event, set.getOrigin(), id));
    }
    String request = event.cause().correlationId();
    boolean cameWithImage =
        memory.get(new Subject("image", set.getImageId())) instanceof OfImage image
            && !request.isEmpty()
            && request.equals(image.addedBy());
    return cameWithImage
        ? List.of()
        : image(event, "tag", set.getImageId(), familiar(set.getReference()));
  }

  private static List<Told> image(Event<Message> event, String action, String id, String name) {
    return List.of(new Told("image", action, id, Map.of("name", name), event.time()));
  }

  /** Docker names these by the reference, and the repository beside it. */
  private static List<Told> transfer(Event<Message> event, String action, String reference) {
    String name = familiar(reference);
    return List.of(
        new Told("image", action, name, Map.of("name", ImageName.repository(name)), event.time()));
  }

  /** As people write it: without the default registry and its default user. */
  static String familiar(String canonical) {
    String registry = "docker.io/";
    String library = registry + "library/";
    return canonical.startsWith(library)
        ? canonical.substring(library.length())
        : canonical.startsWith(registry) ? canonical.substring(registry.length()) : canonical;
  }
}
