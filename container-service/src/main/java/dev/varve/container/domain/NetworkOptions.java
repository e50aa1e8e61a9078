package dev.varve.container.domain;

/** Docker's names of the options of networks that have an effect here. */
public final class NetworkOptions {
  public static final String BRIDGE_NAME = "com.docker.network.bridge.name";

  /** Whether containers of the network reach each other. */
  public static final String ICC = "com.docker.network.bridge.enable_icc";

  /** Whether what leaves the network does so under the host's address. */
  public static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";

  /** The host's address at which ports are published that name none. */
  public static final String HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";

  public static final String DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge";
  public static final String MTU = "com.docker.network.driver.mtu";

  /** The link of the host that a macvlan or ipvlan network is on. */
  public static final String PARENT = "parent";

  public static final String MACVLAN_MODE = "macvlan_mode";
  public static final String IPVLAN_MODE = "ipvlan_mode";
  public static final String IPVLAN_FLAG = "ipvlan_flag";

  private NetworkOptions() {}
}
