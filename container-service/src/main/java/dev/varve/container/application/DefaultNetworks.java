package dev.varve.container.application;

import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.DefaultPools;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkDecider;
import dev.varve.container.domain.NetworkName;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.util.List;

/** The networks every engine has: bridge, host and none, made at its first start. */
public final class DefaultNetworks {
  /** IFNAMSIZ less its final NUL. */
  private static final int MAX_INTERFACE_NAME = 15;

  private final Engine engine;
  private final Ids ids;
  private final String bridgeName;

  /**
   * @param prefix of everything this engine names on its host
   */
  public DefaultNetworks(Engine engine, Ids ids, String prefix) {
    this.engine = engine;
    this.ids = ids;
    int room = MAX_INTERFACE_NAME - 1;
    this.bridgeName = (prefix.length() > room ? prefix.substring(0, room) : prefix) + "0";
  }

  /** Records those that are missing and makes all networks of the kernel as they should be. */
  public void ensure() throws IOException {
    mendNames();
    if (engine.directory().network(Network.BRIDGE).isEmpty()) {
      create(NetworkSpec.builtin(Network.BRIDGE, Network.BRIDGE, bridgeName, List.of(pool())));
    }
    if (engine.directory().network(Network.HOST).isEmpty()) {
      create(NetworkSpec.builtin(Network.HOST, Network.HOST, "", List.of()));
    }
    if (engine.directory().network(Network.NONE).isEmpty()) {
      create(NetworkSpec.builtin(Network.NONE, Network.NULL, "", List.of()));
    }
    engine.network().restore(engine.directory().networks());
  }

  /** What batches of several subjects left behind that counted in part before a crash. */
  private void mendNames() {
    Cause cause = Causes.own("recovery", engine.node());
    for (NetworkName claim : engine.directory().networkNames()) {
      if (claim.node().equals(engine.node())) {
        engine
            .ledger()
            .decide(
                cause,
                facts -> NetworkDecider.releaseOrphan(facts, claim.name(), claim.networkId()));
      }
    }
    for (Network it : engine.directory().networks()) {
      engine.ledger().decide(cause, facts -> NetworkDecider.claim(facts, it));
    }
  }

  private AddressPool pool() throws IOException {
    return DefaultPools.forDefaultBridge(engine.network().inUse())
        .map(DefaultPools::pool)
        .orElseThrow(() ->
            new IOException(
                "could not find an available, non-overlapping IPv4 address pool among the"
                    + " defaults to assign to the network"));
  }

  private void create(NetworkSpec spec) {
    String id = ids.next();
    engine
        .ledger()
        .decide(
            Causes.own("start", engine.node()),
            facts -> NetworkDecider.create(facts, id, spec, List.of()));
  }
}
