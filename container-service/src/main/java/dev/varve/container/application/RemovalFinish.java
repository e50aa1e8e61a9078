package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.RemoveDecider;
import dev.varve.eventlog.Cause;
import java.util.List;
import java.util.Optional;

/**
 * The last part of every removal, whoever began it: the container is forgotten, and what it had on
 * this node is swept. The sweep goes on behind the answer; a crash in its midst leaves the
 * directory of {@link RunFiles}, by which the next start finds the rest.
 */
public final class RemovalFinish {
  private final Engine engine;

  public RemovalFinish(Engine engine) {
    this.engine = engine;
  }

  /** To be called in the container's lane; nothing when it runs or nobody asked. */
  void finishIfRequested(Cause cause, String id) {
    Optional<Container> found = engine.facts().container(id);
    if (found.isEmpty()
        || found.get().removal().isEmpty()
        || !(found.get().phase() instanceof Container.Phase.Idle)) {
      return;
    }
    Container it = found.get();
    List<Exec> execs = engine.directory().execsOf(id);
    List<String> execIds = execs.stream().map(Exec::id).toList();
    Effects.beginCleaning("container " + id, () -> sweep(id, execIds));
    engine.ledger().record(cause, facts -> RemoveDecider.complete(facts, id, it.name(), execIds));
    engine.steps().reach(Steps.REMOVE_RECORDED);
    engine.attachments().abandoned(id);
  }

  /** Everything a container had on this node; idempotent. */
  void sweep(String id, List<String> execIds) {
    for (String execId : execIds) {
      Effects.clean("exec " + execId, () -> engine.runtime().deleteExec(id, execId));
    }
    Effects.clean("run of " + id, () -> engine.runtime().delete(id));
    Effects.clean("ports of " + id, () -> engine.ports().release(id));
    Effects.clean("network of " + id, () -> engine.network().release(id));
    Effects.clean("files of " + id, () -> engine.files().delete(id));
  }
}
