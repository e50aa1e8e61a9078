package dev.varve.gateway.registry;

import dev.varve.gateway.http.Doorkeeper;
import dev.varve.gateway.http.Peer;
import dev.varve.gateway.http.Refusal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * At the TCP listener: Docker's API only for those with a certificate, nothing for web pages. A
 * page in a browser on this machine reaches the loopback; it gives itself away by its origin, or,
 * if its own name was made to point here, by that name.
 *
 * @param listens the name or address that the operator gave
 * @param loopback whether only this machine can connect
 */
public record RegistryDoor(String listens, boolean loopback) implements Doorkeeper {
  private static final Pattern LITERAL =
      Pattern.compile("(?:[0-9]{1,3}\\.){3}[0-9]{1,3}|\\[[0-9a-f:.]+]|localhost");
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");

  @Override
  public void admit(Visit visit) throws Refusal {
    if (!visit.origin().isEmpty()) {
      throw new Refusal(403, "requests of web pages are not served");
    }
    String host = PORT.matcher(visit.host().toLowerCase(Locale.ROOT)).replaceFirst("");
    if (loopback && !LITERAL.matcher(host).matches() && !host.equals(listens)) {
      throw new Refusal(403, "the Host header names another host");
    }
    if (!isRegistry(visit.path()) && !isCertified(visit.peer())) {
      throw Refusal.notFound("page not found");
    }
  }

  @Override
  public Refusal said(String path, Refusal refusal) {
    return isRegistry(path) ? RegistryRefusal.of(refusal) : refusal;
  }

  private static boolean isRegistry(String path) {
    return path.equals("/v2") || path.startsWith("/v2/");
  }

  private static boolean isCertified(Peer peer) {
    return switch (peer) {
      case Peer.Remote remote -> remote.certificate().isPresent();
      case Peer.Local _ -> false;
    };
  }
}
