package dev.varve.container.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A network that containers can join. */
public record Network(String id, NetworkSpec spec, Instant createdAt) implements DomainState {
  public static final String BRIDGE = "bridge";
  public static final String HOST = "host";
  public static final String NONE = "none";

  /** Driver of {@link #NONE}. */
  public static final String NULL = "null";

  public static final String MACVLAN = "macvlan";
  public static final String IPVLAN = "ipvlan";

  private static final Set<String> BUILTIN = Set.of(BRIDGE, HOST, NONE);

  public static boolean isBuiltin(String name) {
    return BUILTIN.contains(name);
  }

  public String name() {
    return spec.name();
  }

  public String driver() {
    return spec.driver();
  }

  public String bridge() {
    return spec.bridge();
  }

  public boolean internal() {
    return spec.internal();
  }

  public boolean isBuiltin() {
    return isBuiltin(name());
  }

  /** On a Linux bridge of the engine. */
  public boolean isOnBridge() {
    return driver().equals(BRIDGE);
  }

  /** Made by a person, on a Linux bridge: names are resolved there. */
  public boolean isOwnBridge() {
    return !isBuiltin() && isOnBridge();
  }

  /** Its containers' links are on a link of the host, and not on a bridge. */
  public boolean isOnParent() {
    return driver().equals(MACVLAN) || driver().equals(IPVLAN);
  }

  /** Its containers' links need no gateway: the host routes what they send. */
  public boolean isRouted() {
    return driver().equals(IPVLAN) && option(NetworkOptions.IPVLAN_MODE).startsWith("l3");
  }

  /** Containers on it have links and addresses of their own. */
  public boolean hasEndpoints() {
    return !driver().equals(HOST) && !driver().equals(NULL);
  }

  public List<AddressPool> pools(boolean v6) {
    return spec.pools().stream().filter(pool -> pool.v6() == v6).toList();
  }

  private Optional<AddressPool> firstV4() {
    return spec.pools().stream().filter(pool -> !pool.v6()).findFirst();
  }

  /** Of the first IPv4 pool; empty when there is none. */
  public String subnet() {
    return firstV4().map(AddressPool::subnet).orElse("");
  }

  /** Of the first IPv4 pool; empty when there is none. */
  public String gateway() {
    return firstV4().map(AddressPool::gateway).orElse("");
  }

  /** What the user set, or empty. */
  public String option(String key) {
    return spec.options().getOrDefault(key, "");
  }

  public boolean option(String key, boolean otherwise) {
    return Optional.ofNullable(spec.options().get(key))
        .map(value -> Set.of("1", "t", "T", "true", "TRUE", "True").contains(value))
        .orElse(otherwise);
  }
}
