package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.CreateDecider;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.NameClaim;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Node;
import dev.varve.container.domain.NodeEvent.NodeStarted;
import dev.varve.container.domain.RenameDecider;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Everything between the ledgers' catch-up and the first request: the node's start is recorded,
 * each container, exec, name and network is brought in line with the kernel's facts, and the ends
 * of runs are watched. Called once.
 */
public final class EngineStart {
  private static final Logger LOG = Logger.getLogger(EngineStart.class);
  private static final int SHORT_ID = 12;

  private final Engine engine;
  private final DefaultNetworks networks;
  private final Recovery containers;
  private final ExecRecovery execs;
  private final EndOfRun ends;
  private final RemovalFinish removals;
  private final ScheduledRestarts restarts;
  private final HealthChecks health;
  private final String version;

  public EngineStart(
      Engine engine,
      DefaultNetworks networks,
      EndOfRun ends,
      RemovalFinish removals,
      RemoveContainer removeContainer,
      StopContainer stopContainer,
      PauseContainer pauseContainer,
      UpdateContainer updateContainer,
      Execs execs,
      ScheduledRestarts restarts,
      HealthChecks health,
      String version) {
    this.engine = engine;
    this.networks = networks;
    this.ends = ends;
    this.removals = removals;
    this.containers =
        new Recovery(engine, ends, removeContainer, stopContainer, pauseContainer, updateContainer);
    this.execs = new ExecRecovery(engine, execs);
    this.restarts = restarts;
    this.health = health;
    this.version = version;
  }

  public void run() throws IOException, InterruptedException {
    boolean rebooted = recordStart();
    mendNames();
    recoverContainers(rebooted);
    sweepForgotten();
    networks.ensure();
    reconcileNetwork();
    ends.watch();
    restarts.begin();
    health.begin();
  }

  /** True when the machine was booted since this node's last start. */
  private boolean recordStart() throws IOException {
    String node = engine.node();
    String bootId = engine.host().bootId();
    Optional<String> before = engine.facts().node(node).map(Node::bootId);
    engine
        .ledger()
        .decide(
            Causes.own("start", node),
            facts -> Decision.accept(Subjects.node(node), new NodeStarted(bootId, version), true));
    return before.isPresent() && !before.get().equals(bootId);
  }

  /** What batches of several subjects left behind that counted in part before a crash. */
  private void mendNames() {
    for (NameClaim claim : engine.directory().names()) {
      if (claim.node().equals(engine.node())) {
        engine
            .ledger()
            .decide(
                Causes.own("recovery", claim.containerId()),
                facts -> CreateDecider.releaseOrphan(facts, claim.name(), claim.containerId()));
      }
    }
    for (Container it : engine.ownContainers()) {
      if (it.removal().isEmpty()) {
        claimName(it.id(), it.name());
      }
    }
  }

  /** A container whose name went to another meanwhile gets its id for a name. */
  private void claimName(String id, String name) {
    Cause cause = Causes.own("recovery", id);
    try {
      engine.ledger().decide(cause, facts -> CreateDecider.claim(facts, name, id));
    } catch (ProblemException e) {
      String substitute = id.substring(0, SHORT_ID);
      LOG.warnf("The name %s of container %s is another's: renamed to %s", name, id, substitute);
      engine.ledger().decide(cause, facts -> CreateDecider.claim(facts, substitute, id));
      engine.ledger().decide(cause, facts -> RenameDecider.rename(facts, id, name, substitute));
    }
  }

  private void recoverContainers(boolean rebooted) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Container it : engine.ownContainers()) {
      threads.add(Thread.startVirtualThread(() -> recover(it, rebooted)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void recover(Container it, boolean rebooted) {
    try {
      containers.recover(it.id(), rebooted);
      for (Exec exec : engine.directory().execsOf(it.id())) {
        execs.recover(exec);
      }
      sweepExecs(it.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.errorf(e, "Container %s could not be brought in line", it.id());
    }
  }

  /** An exec's monitor is got ready while its creation is on its way to the log, or never there. */
  private void sweepExecs(String containerId) throws IOException {
    for (String execId : engine.runtime().execs(containerId)) {
      if (engine.facts().exec(execId).isEmpty()) {
        engine.runtime().deleteExec(containerId, execId);
      }
    }
  }

  private void sweepForgotten() throws IOException {
    for (String id : engine.files().known()) {
      if (engine.facts().container(id).isEmpty()) {
        removals.sweep(id, List.of());
      }
    }
  }

  private void reconcileNetwork() throws IOException {
    Set<String> running = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Container it : engine.ownContainers()) {
      if (it.isRunning()) {
        running.add(it.id());
        it.networks().stream().map(NetworkAttachment::address).forEach(addresses::add);
      }
    }
    engine.network().reconcile(running, addresses);
  }
}
