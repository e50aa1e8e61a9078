package dev.varve.container.adapter.network;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkCalls.Veth;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A namespace with an address on the bridge, ready to be joined. Its file and its link on the host
 * are named by the address, so that the kernel itself refuses a second holder, even one whose
 * predecessor is still being torn down.
 *
 * @param pin the file it is pinned by
 */
record BridgedNamespace(Ipv4 address, Path pin) {
  static final String INTERFACE = "eth0";

  /** What all namespaces of one bridge share. */
  record Bridge(String prefix, int index, int mtu, String gateway, Path directory) {}

  static String linkName(String prefix, Ipv4 address) {
    String suffix = String.format("%08x", address.bits());
    String head = prefix.substring(0, Math.min(prefix.length(), NetworkCalls.NAME_MAX - 9));
    return head + "-" + suffix;
  }

  /** How {@link #linkName} begins for every link of this engine. */
  static String linkPrefix(String prefix) {
    return prefix.substring(0, Math.min(prefix.length(), NetworkCalls.NAME_MAX - 9)) + "-";
  }

  /** Of an endpoint that is made for a container that is known already. */
  static String linkName(String prefix, String endpointId) {
    return linkPrefix(prefix) + endpointId.substring(0, 8);
  }

  static Path pinOf(Path directory, Ipv4 address) {
    return directory.resolve(address.address());
  }

  /**
   * @throws SystemCallException EEXIST when the address's previous link is not yet gone
   */
  static BridgedNamespace create(NetworkKernel kernel, Bridge bridge, Ipv4 address)
      throws IOException {
    Path pin = pinOf(bridge.directory(), address);
    kernel.createNamespace(
        pin,
        (inside, namespace) -> {
          withoutIpv6(kernel);
          kernel
              .host()
              .addVeth(
                  new Veth(
                      linkName(bridge.prefix(), address),
                      bridge.index(),
                      false,
                      bridge.mtu(),
                      INTERFACE,
                      address.mac(),
                      namespace));
          inside.setUp(indexOf(inside, "lo"));
          int eth0 = indexOf(inside, INTERFACE);
          inside.addAddress(eth0, address);
          inside.setUp(eth0);
          inside.addDefaultRoute(bridge.gateway());
        });
    return new BridgedNamespace(address, pin);
  }

  /** Nothing but loopback. */
  static void createIsolated(NetworkKernel kernel, Path pin) throws IOException {
    kernel.createNamespace(
        pin,
        (inside, namespace) -> {
          withoutIpv6(kernel);
          inside.setUp(indexOf(inside, "lo"));
        });
  }

  /** Also keeps the kernel from listening to router advertisements of other containers. */
  private static void withoutIpv6(NetworkKernel kernel) throws IOException {
    kernel.sysctl("net/ipv6/conf/default/accept_ra", "0");
    kernel.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
    kernel.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
  }

  static int indexOf(NetworkCalls inside, String name) throws IOException {
    return inside
        .index(name)
        .orElseThrow(() -> new SystemCallException("link " + name, Errno.ENODEV));
  }
}
