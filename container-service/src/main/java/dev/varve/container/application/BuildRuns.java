package dev.varve.container.application;

import dev.varve.container.domain.BuildRunEvent.BuildRunRefused;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reacts to builds: makes and starts the container of a step, as {@code docker run} would, and
 * removes it when the build needs it no more. Goes by what is there, so that a wish seen twice, or
 * again after a crash, does no harm.
 *
 * <p>Lifecycle: made before the ledger starts; {@link #begin} once containers are recovered.
 */
public final class BuildRuns {
  private static final Logger LOG = Logger.getLogger(BuildRuns.class);

  /** A step's container takes nothing from an image's config but what its build says. */
  private static final byte[] NO_DEFAULTS = "{}".getBytes(StandardCharsets.UTF_8);

  private final Engine engine;
  private final Ledger<OpenRuns, BuildEvent> builds;
  private final CreateContainer creations;
  private final StartContainer starts;
  private final RemoveContainer removals;
  private final RunRequests requests;
  private volatile boolean begun;

  BuildRuns(
      Engine engine,
      Ledger<OpenRuns, BuildEvent> builds,
      CreateContainer creations,
      StartContainer starts,
      RemoveContainer removals,
      RunRequests requests) {
    this.engine = engine;
    this.builds = builds;
    this.creations = creations;
    this.starts = starts;
    this.removals = removals;
    this.requests = requests;
    builds.listen(this::follow);
  }

  /** Containers of builds that are over go; those that running builds wait for are made. */
  public void begin() {
    begun = true;
    for (Container it : engine.ownContainers()) {
      Optional<String> build = it.spec().build();
      if (build.isPresent() && !isOpen(build.get(), it.id())) {
        Thread.startVirtualThread(() -> remove(Causes.own("build-over", it.id()), it.id()));
      }
    }
    builds
        .live()
        .forEach((subject, open) ->
            open.containers()
                .forEach(id -> make(Causes.own("build", subject.id()), subject.id(), id)));
  }

  private boolean isOpen(String buildId, String containerId) {
    return builds
        .state(OpenRuns.subject(buildId))
        .filter(open -> open.containers().contains(containerId))
        .isPresent();
  }

  private void follow(Change<OpenRuns, BuildEvent> change) {
    if (!begun) {
      return;
    }
    Event<BuildEvent> event = change.event();
    Cause cause = event.cause();
    switch (event.data()) {
      case BuildEvent.Started _ -> {}
      case BuildEvent.RunRequested(String id) -> make(cause, event.subject().id(), id);
      case BuildEvent.RunSettled(String id, boolean keep) -> {
        if (!keep) {
          Thread.startVirtualThread(() -> remove(cause, id));
        }
      }
      case BuildEvent.Over _ ->
          containers(change.before())
              .forEach(id -> Thread.startVirtualThread(() -> remove(cause, id)));
    }
  }

  private static Set<String> containers(@Nullable OpenRuns open) {
    return open == null ? Set.of() : open.containers();
  }

  private void make(Cause cause, String buildId, String id) {
    Thread.startVirtualThread(() -> {
      try {
        makeAndStart(cause, buildId, id);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ProblemException e) {
        refuse(cause, id, e.problem().message());
      } catch (IOException | RuntimeException e) {
        LOG.errorf(e, "container %s of build %s", id, buildId);
        refuse(cause, id, String.valueOf(e.getMessage()));
      }
    });
  }

  private void makeAndStart(Cause cause, String buildId, String id)
      throws IOException, InterruptedException {
    if (engine.facts().container(id).isEmpty()) {
      Optional<RequestedConfig> wanted = requests.find(buildId, id);
      if (wanted.isEmpty() || !isOpen(buildId, id)) {
        return;
      }
      var _ = creations.createAs(cause, id, wanted.get(), NO_DEFAULTS);
    }
    if (!isOpen(buildId, id)) {
      // The build ended while its container was made.
      remove(cause, id);
      return;
    }
    Optional<Container> made = engine.facts().container(id);
    if (made.filter(it -> it.startedAt().isEmpty()).isPresent()) {
      boolean ignored = starts.start(cause, id);
    }
  }

  private void refuse(Cause cause, String id, String message) {
    try {
      var _ =
          engine
              .ledger()
              .record(
                  cause,
                  _ -> Decision.accept(Subjects.buildRun(id), new BuildRunRefused(message), true));
    } catch (LogUnavailableException e) {
      LOG.warnf("refusal of container %s was not recorded: %s", id, e.getMessage());
    }
  }

  private void remove(Cause cause, String id) {
    try {
      if (engine.facts().container(id).isPresent()) {
        removals.remove(cause, id, true, true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ProblemException e) {
      if (e.problem().code() != Problem.Code.NOT_FOUND) {
        LOG.warnf("container %s of a build stays: %s", id, e.problem().message());
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "container %s of a build stays", id);
    }
  }
}
