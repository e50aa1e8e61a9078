package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistryException.Kind;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Where a registry may send us. */
final class Redirects {
  static final int MOST = 10;

  private Redirects() {}

  static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /**
   * Resolves a Location.
   *
   * @throws RegistryException UNTRUSTED when it must not be followed
   */
  static URI target(URI from, String location) throws RegistryException {
    URI target;
    try {
      target = from.resolve(URI.create(location));
    } catch (IllegalArgumentException e) {
      throw untrusted(from, "to no usable address");
    }
    String scheme = target.getScheme() == null ? "" : target.getScheme();
    if (!scheme.equals("https") && !scheme.equals("http") || Origins.host(target).isEmpty()) {
      throw untrusted(from, "to no usable address");
    }
    if (scheme.equals("http") && from.getScheme().equals("https")) {
      throw untrusted(from, "from HTTPS to HTTP");
    }
    if (target.getUserInfo() != null) {
      throw untrusted(from, "to an address with a user in it");
    }
    if (!Origins.same(from, target)) {
      refuseLinkLocal(target);
    }
    return target;
  }

  /** Where clouds keep the secrets of their machines. */
  static void refuseLinkLocal(URI target) throws RegistryException {
    try {
      for (InetAddress address : InetAddress.getAllByName(Origins.host(target))) {
        if (address.isLinkLocalAddress() || address.isAnyLocalAddress()) {
          throw new RegistryException(
              Kind.UNTRUSTED, "refused to go to the link-local address of " + Origins.host(target));
        }
      }
    } catch (UnknownHostException e) {
      // The connection will say so.
    }
  }

  static RegistryException tooMany(URI uri) {
    return new RegistryException(
        Kind.UNTRUSTED,
        "Get \"%s\": stopped after %d redirects".formatted(Origins.shown(uri), MOST));
  }

  private static RegistryException untrusted(URI from, String how) {
    return new RegistryException(
        Kind.UNTRUSTED, "refused a redirect by %s %s".formatted(Origins.host(from), how));
  }
}
