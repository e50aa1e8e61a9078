package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that was decided about a network at its creation; never changes afterwards.
 *
 * @param bridge the Linux bridge's name, or the parent link's for macvlan and ipvlan; empty for
 *     drivers without one
 * @param pools none for drivers without addresses
 * @param internal nothing leaves it
 * @param attachable said by the user; without meaning on one node
 */
public record NetworkSpec(
    String name,
    String driver,
    String bridge,
    List<AddressPool> pools,
    boolean internal,
    boolean attachable,
    boolean ipv4,
    boolean ipv6,
    Map<String, String> options,
    Map<String, String> labels,
    Ipam ipam) {
  public NetworkSpec {
    pools = List.copyOf(pools);
    options = new TreeMap<>(options);
    labels = new TreeMap<>(labels);
  }

  /** Who manages its addresses, in the user's words; it is always us. */
  public record Ipam(String driver, Map<String, String> options) {
    public static final Ipam DEFAULT = new Ipam("default", Map.of());

    public Ipam {
      options = new TreeMap<>(options);
    }
  }

  /** One of the networks that every engine has. */
  public static NetworkSpec builtin(
      String name, String driver, String bridge, List<AddressPool> pools) {
    return new NetworkSpec(
        name, driver, bridge, pools, false, false, true, false, Map.of(), Map.of(), Ipam.DEFAULT);
  }

  /** The same with what is chosen for it where nothing was asked for. */
  public NetworkSpec with(String chosenBridge, List<AddressPool> chosenPools) {
    return new NetworkSpec(
        name,
        driver,
        chosenBridge,
        chosenPools,
        internal,
        attachable,
        ipv4,
        ipv6,
        options,
        labels,
        ipam);
  }
}
