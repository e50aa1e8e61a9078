package dev.varve.image.application.build;

import java.net.InetAddress;
import java.util.Set;

/**
 * Where builds never fetch from: what hosts of clouds tell their machines alone, secrets among it,
 * and what is no single machine. Private networks and the engine's own host are allowed, as Docker
 * has it: people keep their files there.
 */
public final class RemoteAddresses {
  /** Where clouds answer outside of the link-local ranges. */
  private static final Set<String> METADATA =
      Set.of("100.100.100.200", "192.0.0.192", "fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254");

  /** 64:ff9b::/96, behind which a translator reaches any IPv4 address. */
  private static final byte[] TRANSLATED = {
    0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private RemoteAddresses() {}

  public static boolean isRefused(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || METADATA.contains(address.getHostAddress().replaceFirst("%.*", ""))
        || isTranslated(address.getAddress());
  }

  private static boolean isTranslated(byte[] address) {
    if (address.length <= TRANSLATED.length) {
      return false;
    }
    for (int i = 0; i < TRANSLATED.length; i++) {
      if (address[i] != TRANSLATED[i]) {
        return false;
      }
    }
    return true;
  }
}
