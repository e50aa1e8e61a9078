package dev.varve.container.application;

import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkEvent.NetworkCreated;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import java.io.IOException;

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

  /** Records those that are missing and makes the kernel's bridge as it should be. */
  public void ensure() throws IOException {
    Network bridge =
        engine.directory().network(Network.BRIDGE).isPresent()
            ? engine.directory().network(Network.BRIDGE).get()
            : create(bridge());
    for (String name : new String[] {Network.HOST, Network.NONE}) {
      if (engine.directory().network(name).isEmpty()) {
        String driver = name.equals(Network.NONE) ? "null" : name;
        create(new NetworkCreated(ids.next(), name, driver, "", "", "", false));
      }
    }
    engine
        .network()
        .ensureBridge(
            new ContainerNetwork.BridgeNetwork(
                bridge.id(), bridge.name(), bridge.bridge(), bridge.subnet(), bridge.gateway()));
  }

  private NetworkCreated bridge() throws IOException {
    String subnet = engine.network().freeSubnet();
    return new NetworkCreated(
        ids.next(), Network.BRIDGE, "bridge", bridgeName, subnet, firstAddress(subnet), false);
  }

  private Network create(NetworkCreated network) {
    Cause cause = Causes.own("start", engine.node());
    engine
        .ledger()
        .decide(
            cause, facts -> Decision.accept(Subjects.network(network.networkId()), network, true));
    return engine.directory().network(network.name()).orElseThrow();
  }

  /** 172.17.0.0/16 → 172.17.0.1 */
  private static String firstAddress(String subnet) {
    String base = subnet.substring(0, subnet.indexOf('/'));
    int dot = base.lastIndexOf('.');
    return base.substring(0, dot + 1) + (Integer.parseInt(base.substring(dot + 1)) + 1);
  }
}
