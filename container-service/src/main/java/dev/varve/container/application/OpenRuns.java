package dev.varve.container.application;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A running build as far as containers are concerned.
 *
 * @param containers that it asked for and still needs
 */
public record OpenRuns(Set<String> containers) {
  public OpenRuns {
    containers = Set.copyOf(containers);
  }

  static Subject subject(String buildId) {
    return new Subject("build", buildId);
  }

  /** The fold of the image service's topic; its other subjects have no state here. */
  public static Evolution<OpenRuns, BuildEvent> evolution() {
    return OpenRuns::evolve;
  }

  private static @Nullable OpenRuns evolve(@Nullable OpenRuns before, Event<BuildEvent> event) {
    return switch (event.data()) {
      case BuildEvent.Started _ -> new OpenRuns(Set.of());
      case BuildEvent.RunRequested(String id) -> before == null ? null : before.with(id);
      case BuildEvent.RunSettled(String id, boolean _) ->
          before == null ? null : before.without(id);
      case BuildEvent.Over _ -> null;
    };
  }

  private OpenRuns with(String id) {
    Set<String> more = new HashSet<>(containers);
    more.add(id);
    return new OpenRuns(more);
  }

  private OpenRuns without(String id) {
    Set<String> fewer = new HashSet<>(containers);
    fewer.remove(id);
    return new OpenRuns(fewer);
  }
}
