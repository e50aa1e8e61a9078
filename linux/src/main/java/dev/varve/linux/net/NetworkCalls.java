package dev.varve.linux.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Links, addresses and routes of one network namespace. Each method is one request to the kernel,
 * which answers within microseconds to some milliseconds. Failures are {@link
 * dev.varve.linux.SystemCallException}s. Thread-safe.
 */
public interface NetworkCalls extends AutoCloseable {
  /** Interface names hold no more than this many bytes. */
  int NAME_MAX = 15;

  /**
   * Bytes of a TCP stream that the host hands to a container at once, IPv4 headers included: three
   * times what is usual, as no wire is between them. (More was slower; the kernel's limit is
   * 524,280.)
   */
  int LARGE_SEGMENT = 192 << 10;

  /** A link as the kernel lists it. */
  record Link(int index, String name, int mtu, boolean up) {}

  /**
   * A pair of virtual links, one end here on a bridge and up, the other in a namespace of its own.
   * The end here, and then the bridge, take in {@link #LARGE_SEGMENT}s; the other sends no larger
   * ones than usual, as they may leave the host, which would have to cut them.
   *
   * @param bridge index of the bridge
   * @param apart reaches the bridge's own address and what is behind it, but no other such port
   * @param peerNamespace descriptor number of the other namespace
   */
  record Veth(
      String name,
      int bridge,
      boolean apart,
      int mtu,
      String peerName,
      String peerMac,
      int peerNamespace) {}

  /**
   * A link on another link, made in a namespace.
   *
   * @param parent index of the other link, here
   * @param namespace descriptor number
   */
  record Sublink(String name, int parent, int mtu, Kind kind, int namespace) {}

  /** How a {@link Sublink} shares its parent. */
  sealed interface Kind {
    /**
     * It has a MAC address of its own.
     *
     * @param mode of {@code MACVLAN_MODE_…}
     */
    record Macvlan(int mode, String mac) implements Kind {}

    /**
     * It has its parent's MAC address.
     *
     * @param mode of {@code IPVLAN_MODE_…}
     * @param flags of {@code IPVLAN_F_…}
     */
    record Ipvlan(int mode, int flags) implements Kind {}
  }

  List<Link> links() throws IOException;

  OptionalInt index(String name) throws IOException;

  /** Of either family. */
  Set<InetAddress> addresses(int index) throws IOException;

  /** Whether the kernel has links of this kind, loading what it needs for that. */
  boolean knows(String kind) throws IOException;

  void addBridge(String name, String mac, int mtu) throws IOException;

  /** Fails with EEXIST while another link has the name, even one that is being torn down. */
  void addVeth(Veth veth) throws IOException;

  /** Fails with EOPNOTSUPP where the kernel has no such links. */
  void addSublink(Sublink sublink) throws IOException;

  /**
   * Puts a link on a bridge, from whatever it was on. Idempotent.
   *
   * @param bridge index of the bridge
   * @param apart as of {@link Veth}
   */
  void attach(String name, int bridge, boolean apart) throws IOException;

  /**
   * Lets a link, and what is on it when it is a bridge, take in {@link #LARGE_SEGMENT}s. Nothing on
   * kernels before 6.3, and on bridges that have a port to a wire. Idempotent.
   */
  void takeLargeSegments(int index) throws IOException;

  void setUp(int index) throws IOException;

  /** A word of ours at the link, by which {@link #marked} finds it. */
  void mark(int index, String text) throws IOException;

  /** Names of the links with such a word, and the word. */
  Map<String, String> marked() throws IOException;

  /** Idempotent. */
  void addAddress(int index, Ipv4 address) throws IOException;

  /** Of either family; idempotent. An IPv6 address can be used at once. */
  void addAddress(int index, InetAddress address, int prefixLength) throws IOException;

  /** In place of the one of the same family that is there, if one is. */
  void replaceDefaultRoute(InetAddress gateway, int index) throws IOException;

  /** By no gateway: whoever is asked for is behind the link itself. */
  void replaceDefaultRoute(boolean v6, int index) throws IOException;

  /** Idempotent. */
  void deleteDefaultRoute(boolean v6) throws IOException;

  /** Idempotent. */
  void addDefaultRoute(String gateway) throws IOException;

  /** False when there is no such link. */
  boolean deleteLink(String name) throws IOException;

  /** Destinations of all routes and networks of all addresses, the default route excepted. */
  List<Ipv4> networksInUse() throws IOException;

  /** Index of the link that the default route leaves by. */
  OptionalInt defaultLink() throws IOException;

  @Override
  void close();
}
