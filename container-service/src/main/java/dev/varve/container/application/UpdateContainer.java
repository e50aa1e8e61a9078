package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.UpdateRequested;
import dev.varve.container.domain.KernelSupport;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.ResourceRules;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.RestartPolicy;
import dev.varve.container.domain.RestartRules;
import dev.varve.container.domain.UpdateDecider;
import dev.varve.container.domain.Verified;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Gives a container other resources and another restart policy: one that runs at once, by its
 * cgroup; one that does not at its next start.
 */
public final class UpdateContainer {
  private final Engine engine;

  public UpdateContainer(Engine engine) {
    this.engine = engine;
  }

  /**
   * @param asked what is zero or absent stays as it is
   * @param policy likewise
   * @return warnings, in Docker's words
   */
  public List<String> update(
      Cause cause, String reference, Resources asked, Optional<RestartPolicy> policy) {
    Verified<Resources> verified = ResourceRules.ofUpdate(asked, kernel());
    policy
        .flatMap(RestartRules::refusal)
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
    String id = Lookup.find(engine.directory(), reference).id();
    engine
        .lanes()
        .within(
            id,
            () -> {
              Optional<UpdateRequested> wish =
                  engine
                      .ledger()
                      .decide(
                          cause,
                          facts ->
                              UpdateDecider.request(
                                  facts, id, reference, verified.value(), policy));
              engine.steps().reach(Steps.UPDATE_REQUESTED);
              if (wish.isPresent()) {
                carryThrough(cause, id, wish.get());
              }
            });
    return verified.warnings();
  }

  private KernelSupport kernel() {
    try {
      return engine.host().kernel();
    } catch (IOException e) {
      throw Refusals.fault("cannot learn what the kernel supports: " + e.getMessage())
          .asException();
    }
  }

  private void carryThrough(Cause cause, String id, UpdateRequested wish) {
    if (isRunning(id)) {
      try {
        engine.runtime().update(id, wish.resources());
      } catch (IOException e) {
        if (isRunning(id)) {
          throw failed(cause, id, String.valueOf(e.getMessage()));
        }
        // It has ended meanwhile, and has them at its next start.
      }
    }
    engine.steps().reach(Steps.UPDATE_APPLIED);
    engine.ledger().decide(cause, facts -> UpdateDecider.updated(facts, id));
  }

  private boolean isRunning(String id) {
    return engine.facts().container(id).filter(Container::isRunning).isPresent();
  }

  /** Some of it may have had its effect. */
  private ProblemException failed(Cause cause, String id, String why) {
    Optional<Container> it = engine.facts().container(id);
    it.ifPresent(found ->
        Effects.clean(
            "update of " + id, () -> engine.runtime().update(id, found.spec().host().resources())));
    engine.ledger().decide(cause, facts -> UpdateDecider.failed(facts, id, why));
    return Refusals.fault("Cannot update container " + id + ": " + why).asException();
  }

  /** Goes on with what the engine's own end interrupted: nobody waits for the answer any more. */
  void recover(Cause cause, String id) {
    engine
        .facts()
        .container(id)
        .flatMap(Container::updating)
        .ifPresent(
            wish -> Effects.clean("update of " + id, () -> carryThroughAgain(cause, id, wish)));
  }

  private void carryThroughAgain(Cause cause, String id, UpdateRequested wish) throws IOException {
    try {
      carryThrough(cause, id, wish);
    } catch (ProblemException e) {
      throw new IOException(e);
    }
  }
}
