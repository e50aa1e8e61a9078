package dev.varve.container.adapter.ports;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * What a socket does with what comes to it.
 *
 * @param ipv6Only the JDK opens :: for both families; what was not asked for is not served
 */
record RelayRule(InetSocketAddress target, boolean ipv6Only) {
  boolean serves(SocketAddress client) {
    return !ipv6Only
        || !(client instanceof InetSocketAddress it && it.getAddress() instanceof Inet4Address);
  }
}
