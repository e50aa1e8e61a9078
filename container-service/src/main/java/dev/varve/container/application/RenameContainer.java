package dev.varve.container.application;

import dev.varve.container.domain.ContainerName;
import dev.varve.container.domain.CreateDecider;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RenameDecider;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.ProblemException;

/** Gives a container another name: claims the new, then takes it on and releases the old. */
public final class RenameContainer {
  private final Engine engine;

  public RenameContainer(Engine engine) {
    this.engine = engine;
  }

  public void rename(Cause cause, String reference, String name) {
    String id = Lookup.find(engine.directory(), reference).id();
    String newName = ContainerName.bare(name);
    ContainerLedger ledger = engine.ledger();
    engine
        .lanes()
        .within(
            id,
            () -> {
              String oldName =
                  ledger.decide(cause, facts -> RenameDecider.check(facts, id, newName));
              claim(cause, newName, id);
              engine.steps().reach(Steps.RENAME_CLAIMED);
              try {
                ledger.decide(cause, facts -> RenameDecider.rename(facts, id, oldName, newName));
              } catch (ProblemException e) {
                ledger.record(cause, facts -> CreateDecider.releaseOrphan(facts, newName, id));
                throw e;
              }
              engine.steps().reach(Steps.RENAME_RECORDED);
              Effects.clean("name of " + id, () -> engine.network().renamed(id, oldName, newName));
            });
  }

  private void claim(Cause cause, String name, String id) {
    try {
      engine.ledger().decide(cause, facts -> CreateDecider.claim(facts, name, id));
    } catch (ProblemException e) {
      throw Refusals.ofRename(e.problem()).asException();
    }
  }
}
