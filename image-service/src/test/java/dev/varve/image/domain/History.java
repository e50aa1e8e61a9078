package dev.varve.image.domain;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.ProblemException;
import dev.varve.eventlog.Subject;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Given events, when a decision, then events: folds what happened and shows what was decided. */
final class History {
  private static final Cause CAUSE = new Cause("test", "", "");

  private final Map<Subject, CatalogState> live = new HashMap<>();
  private final CatalogEvolution evolution = new CatalogEvolution();
  private long sequence;

  static History given(ImageEvent... events) {
    History history = new History();
    for (ImageEvent event : events) {
      history.fold(event);
    }
    return history;
  }

  Catalog catalog() {
    return new Catalog(Map.copyOf(live));
  }

  /** The events of an accepted decision, which have then happened. */
  List<ImageEvent> happens(Decision<ImageEvent, ?> decision) {
    List<ImageEvent> events = new ArrayList<>();
    switch (decision) {
      case Decision.Rejected<ImageEvent, ?>(var problem) -> throw new ProblemException(problem);
      case Decision.Accepted<ImageEvent, ?>(var drafts, var answer) -> {
        for (Decision.Draft<ImageEvent> draft : drafts) {
          if (!draft.subject().equals(subject(draft.event()))) {
            throw new AssertionError(draft + " under a wrong subject");
          }
          events.add(draft.event());
        }
      }
    }
    events.forEach(this::fold);
    return events;
  }

  private void fold(ImageEvent data) {
    Subject subject = subject(data);
    Event<ImageEvent> event =
        new Event<>(
            "id",
            subject,
            ++sequence,
            Instant.ofEpochSecond(sequence),
            CAUSE,
            "node",
            new Position(0, sequence),
            data);
    CatalogState after = evolution.evolve(live.get(subject), event);
    if (after == null) {
      live.remove(subject);
    } else {
      live.put(subject, after);
    }
  }

  private static Subject subject(ImageEvent event) {
    return switch (event) {
      case ImageAdded(Image image) -> Subjects.image(image.id());
      case ImageRemoved(Digest id) -> Subjects.image(id);
      case ImageReclaimed(Digest id) -> Subjects.image(id);
      case ReferenceSet set -> Subjects.reference(set.reference());
      case ReferenceDropped(Reference reference, Digest id) -> Subjects.reference(reference);
      case ImageEvent.Pulled pulled -> Subjects.reference(pulled.reference());
      case ImageEvent.Pushed pushed -> Subjects.reference(pushed.reference());
      case ImageEvent.PullFailed failed -> Subjects.reference(failed.reference());
      case ImageEvent.PushFailed failed -> Subjects.reference(failed.reference());
      case ImageEvent.LayerFetched fetched -> Subjects.layer(fetched.layer().chainId());
      case ImageEvent.Pruned pruned -> Subjects.PRUNE;
      case ImageEvent.LayerAbandoned abandoned -> Subjects.layer(abandoned.chainId());
      case ImageEvent.ManifestReceived received -> Subjects.manifest(received.manifest().name());
      case ImageEvent.ManifestDropped dropped ->
          Subjects.manifest(dropped.repository().atDigest(dropped.digest()));
      case ImageEvent.ManifestReclaimed reclaimed ->
          Subjects.manifest(reclaimed.repository().atDigest(reclaimed.digest()));
      case ImageEvent.ManifestTagged tagged -> Subjects.reference(tagged.reference());
      case ImageEvent.ManifestUntagged untagged -> Subjects.reference(untagged.reference());
      case ImageEvent.LayerPacked packed -> Subjects.packing(packed.packed().diffId());
      case ImageEvent.BuildEvent build ->
          throw new IllegalArgumentException("does not say of which build: " + build);
    };
  }

  static Digest digest(String seed) {
    return Digest.of(seed.getBytes(StandardCharsets.UTF_8));
  }

  /** An image whose layers are named, bottom first. */
  static Image image(String name, String... layers) {
    List<DiffId> diffIds =
        List.of(layers).stream().map(layer -> new DiffId(digest(layer))).toList();
    List<ChainId> chain = ChainId.chain(diffIds);
    List<Layer> recorded =
        IntStream.range(0, layers.length)
            .mapToObj(i ->
                new Layer(
                    i,
                    diffIds.get(i).digest(),
                    diffIds.get(i),
                    chain.get(i),
                    10,
                    "tar",
                    "RUN " + layers[i],
                    100,
                    Origin.NONE))
            .toList();
    return new Image(
        digest(name), digest(name + ".manifest"), "m", Platform.HOST, recorded, Origin.NONE, 5);
  }

  static ReferenceSet set(String reference, Image image) {
    return new ReferenceSet(
        Reference.parse(reference).lookupKey(), image.id(), Optional.empty(), Origin.NONE);
  }
}
