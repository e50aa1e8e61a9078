package dev.varve.container.application;

import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.DefaultPools;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkDecider;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.container.domain.PruneEvent.NetworksPruned;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subjects;
import dev.varve.container.domain.Subnet;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Networks made and removed by people. One at a time, because each takes addresses that no other
 * may have; any thread.
 */
public final class Networks {
  private static final Logger LOG = Logger.getLogger(Networks.class);
  private static final String LANE = "networks";
  private static final int SHORT_ID = 12;
  private static final int NAMED = 10;

  private final Engine engine;
  private final Ids ids;

  public Networks(Engine engine, Ids ids) {
    this.engine = engine;
    this.ids = ids;
  }

  /**
   * @param asked with what was given only
   * @return its id
   */
  public String create(Cause cause, NetworkSpec asked) {
    refuse(NetworkDecider.refusal(asked));
    return engine.lanes().in(LANE, () -> createInLane(cause, asked));
  }

  private String createInLane(Cause cause, NetworkSpec asked) {
    if (engine.facts().networkName(asked.name()).isPresent()) {
      throw Refusals.networkExists(asked.name()).asException();
    }
    String id = ids.next();
    List<Network> others = engine.directory().networks();
    NetworkSpec spec = asked.with(bridge(asked, id), pools(asked, others));
    refuse(engine.ledger().decide(cause, facts -> NetworkDecider.create(facts, id, spec, others)));
    engine.steps().reach(Steps.NETWORK_RECORDED);
    Network made = engine.directory().networkById(id).orElseThrow();
    try {
      engine.network().add(made);
    } catch (IOException e) {
      Effects.clean("network " + id, () -> engine.network().remove(made));
      engine.ledger().record(cause, facts -> NetworkDecider.remove(facts, id));
      throw Refusals.fault("failed to create network " + made.name() + ": " + e.getMessage())
          .asException();
    }
    return id;
  }

  private static String bridge(NetworkSpec asked, String id) {
    return switch (asked.driver()) {
      case Network.BRIDGE ->
          asked
              .options()
              .getOrDefault(NetworkOptions.BRIDGE_NAME, "br-" + id.substring(0, SHORT_ID));
      default ->
          asked
              .options()
              .getOrDefault(
                  NetworkOptions.PARENT,
                  (asked.driver().equals(Network.IPVLAN) ? "di-" : "dm-")
                      + id.substring(0, SHORT_ID));
    };
  }

  private List<AddressPool> pools(NetworkSpec asked, List<Network> others) {
    List<AddressPool> pools = new ArrayList<>();
    for (AddressPool pool : asked.pools()) {
      if (!pool.subnet().isEmpty() && (pool.v6() ? asked.ipv6() : asked.ipv4())) {
        pools.add(DefaultPools.completed(pool));
      }
    }
    List<Subnet> inUse = inUse(others);
    if (asked.ipv4() && pools.stream().allMatch(AddressPool::v6)) {
      pools.add(
          0,
          DefaultPools.forNetwork(inUse)
              .map(DefaultPools::pool)
              .orElseThrow(() -> Refusals.poolsExhausted(holders(others)).asException()));
    }
    if (asked.ipv6() && pools.stream().noneMatch(AddressPool::v6)) {
      pools.add(
          DefaultPools.forNetworkV6(seed(), inUse)
              .map(DefaultPools::pool)
              .orElseThrow(() -> Refusals.poolsExhausted(holders(others)).asException()));
    }
    return pools;
  }

  private List<Subnet> inUse(List<Network> others) {
    try {
      List<Subnet> inUse = new ArrayList<>(engine.network().inUse());
      others.forEach(it -> it.spec().pools().forEach(pool -> inUse.add(pool.block())));
      return inUse;
    } catch (IOException e) {
      throw Refusals.fault("cannot learn the host's routes: " + e.getMessage()).asException();
    }
  }

  /** The default bridge's id is random, made once, and kept: 40 bits of it are as good as any. */
  private long seed() {
    return engine
        .directory()
        .network(Network.BRIDGE)
        .map(it -> Long.parseUnsignedLong(it.id().substring(0, 10), 16))
        .orElse(0L);
  }

  private static String holders(List<Network> others) {
    List<String> names =
        others.stream().filter(it -> !it.subnet().isEmpty()).map(Network::name).toList();
    String named = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    int more = names.size() - NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  /** Returns when it is gone. */
  public void remove(Cause cause, String reference) {
    Network it = engine.directory().findNetwork(reference);
    engine.lanes().within(LANE, () -> removeInLane(cause, it));
  }

  private void removeInLane(Cause cause, Network it) {
    if (it.isBuiltin()) {
      throw Refusals.builtinStays(it.name()).asException();
    }
    if (!engine.network().retire(it.id())) {
      throw Refusals.hasEndpoints(it).asException();
    }
    try {
      boolean removed =
          engine.ledger().decide(cause, facts -> NetworkDecider.remove(facts, it.id()));
      if (!removed) {
        throw Refusals.networkNotFound(it.name()).asException();
      }
    } catch (RuntimeException e) {
      engine.network().reopen(it.id());
      throw e;
    }
    engine.steps().reach(Steps.NETWORK_REMOVED);
    Effects.clean("network " + it.name(), () -> engine.network().remove(it));
  }

  /**
   * Removes networks that no container is to be connected to, running or not.
   *
   * @return their names
   */
  public List<String> prune(Cause cause, Predicate<Network> selection) {
    Set<String> used = used();
    List<String> gone = new ArrayList<>();
    for (Network it : engine.directory().networks()) {
      if (!it.isBuiltin() && !used.contains(it.name()) && selection.test(it)) {
        try {
          remove(cause, it.id());
          gone.add(it.name());
        } catch (ProblemException e) {
          LOG.infof("network %s stays: %s", it.name(), e.getMessage());
        }
      }
    }
    var _ =
        engine
            .ledger()
            .decide(
                cause, _ -> Decision.accept(Subjects.PRUNE_NETWORKS, new NetworksPruned(), true));
    return gone;
  }

  /** Names of the networks that some container is or will be connected to. */
  public Set<String> used() {
    Set<String> used = new HashSet<>();
    for (Container it : engine.directory().newestFirst()) {
      engine.directory().endpoints(it).forEach(endpoint -> used.add(endpoint.network()));
    }
    return used;
  }

  private static void refuse(Optional<Problem> problem) {
    problem
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }
}
