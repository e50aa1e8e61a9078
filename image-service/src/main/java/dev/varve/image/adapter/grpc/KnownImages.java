package dev.varve.image.adapter.grpc;

import dev.varve.api.image.v1.Image;
import dev.varve.image.application.ImageQueries;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The images as they were last answered: the same message again until something it tells of
 * changes, so that nobody has to make or write it anew. Any thread.
 */
final class KnownImages {
  private record Known(ImageQueries.View view, Image message) {}

  private final Map<String, Known> known = new ConcurrentHashMap<>();

  Image message(ImageQueries.View view) {
    String id = view.image().id().value();
    Known before = known.get(id);
    if (before == null || !before.view.equals(view)) {
      before = new Known(view, Messages.image(view, true));
      known.put(id, before);
    }
    return before.message;
  }

  /** Forgets all but these. */
  void retain(Collection<ImageQueries.View> present) {
    if (known.size() > present.size()) {
      Set<String> ids =
          present.stream().map(view -> view.image().id().value()).collect(Collectors.toSet());
      known.keySet().retainAll(ids);
    }
  }
}
