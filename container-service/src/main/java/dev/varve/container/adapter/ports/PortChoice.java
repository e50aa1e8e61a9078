package dev.varve.container.adapter.ports;

import dev.varve.container.application.PublishedPorts.Claim;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.PublishedPort;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/** Finds and takes the ports for a claim: first free in the book, then free on the host. */
final class PortChoice {
  private static final Logger LOG = Logger.getLogger(PortChoice.class);
  private static final String ANY4 = "0.0.0.0";
  private static final String ANY6 = "::";

  private final PortBook book;
  private final HostSocket.Opener opener;
  private final EphemeralPorts ephemeral;

  PortChoice(PortBook book, HostSocket.Opener opener, EphemeralPorts ephemeral) {
    this.book = book;
    this.opener = opener;
    this.ephemeral = ephemeral;
  }

  sealed interface Result {}

  record Got(HeldPort port) implements Result {}

  record Not(Claim refusal) implements Result {}

  /** One port on the wanted address; on all of both families it is the same. */
  Result take(String containerId, String address, Wanted wanted) {
    IntSupplier candidates;
    int count;
    if (wanted.anyPort()) {
      candidates = ephemeral::next;
      count = ephemeral.size();
    } else {
      int[] next = {wanted.first()};
      candidates = () -> next[0]++;
      count = wanted.last() - wanted.first() + 1;
    }
    for (int left = count; left > 0; left--) {
      Result result = take(containerId, address, wanted, candidates.getAsInt());
      if (result instanceof Got || count == 1) {
        return result;
      }
    }
    return new Not(new Claim.Exhausted());
  }

  private Result take(String containerId, String address, Wanted wanted, int port) {
    List<String> hostIps = hostIps(wanted.hostIp());
    for (String hostIp : hostIps) {
      Optional<String> holder = book.holder(wanted.protocol(), hostIp, port);
      if (holder.isPresent()) {
        return new Not(new Claim.Taken(hostIp, port, holder.get()));
      }
    }
    try {
      HostSocket socket = open(wanted.protocol(), hostIps, port, address, wanted.containerPort());
      List<PublishedPort> ports =
          hostIps.stream()
              .map(hostIp ->
                  new PublishedPort(wanted.protocol(), wanted.containerPort(), hostIp, port))
              .toList();
      ports.forEach(it -> book.take(it, containerId));
      return new Got(new HeldPort(socket, ports));
    } catch (IOException e) {
      String what =
          "%s:%d:%s:%d/%s"
              .formatted(
                  bracketed(hostIps.getFirst()),
                  port,
                  bracketed(address),
                  wanted.containerPort(),
                  wanted.protocol());
      return new Not(
          new Claim.Refused(what, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)));
    }
  }

  private HostSocket open(
      String protocol, List<String> hostIps, int port, String address, int containerPort)
      throws IOException {
    // The JDK opens :: for both families.
    return opener.open(
        protocol,
        hostIps.getLast(),
        hostIps.size() > 1,
        port,
        new HostSocket.Target(address, containerPort));
  }

  private static List<String> hostIps(String wanted) {
    if (!wanted.isEmpty()) {
      return List.of(wanted);
    }
    return hasIpv6() ? List.of(ANY4, ANY6) : List.of(ANY4);
  }

  private static boolean hasIpv6() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(Inet6Address.class::isInstance);
    } catch (SocketException e) {
      return false;
    }
  }

  private static String bracketed(String hostIp) {
    return PortBook.isIpv6(hostIp) ? "[" + hostIp + "]" : hostIp;
  }

  /**
   * After a restart: the container runs and its rules are there, whoever may have got hold of the
   * port meanwhile.
   */
  List<HeldPort> takeAgain(String containerId, NetworkAttachment attachment) {
    List<HeldPort> held = new ArrayList<>();
    List<PublishedPort> left = new ArrayList<>(attachment.ports());
    while (!left.isEmpty()) {
      PublishedPort port = left.removeFirst();
      List<PublishedPort> ports = new ArrayList<>(List.of(port));
      if (port.hostIp().equals(ANY4)) {
        PublishedPort both =
            new PublishedPort(port.protocol(), port.containerPort(), ANY6, port.hostPort());
        if (left.remove(both)) {
          ports.add(both);
        }
      }
      ports.forEach(it -> book.take(it, containerId));
      held.add(new HeldPort(openAgain(containerId, attachment.reachedAt(), ports), ports));
    }
    return held;
  }

  private HostSocket openAgain(String containerId, String address, List<PublishedPort> ports) {
    PublishedPort port = ports.getFirst();
    try {
      return open(
          port.protocol(),
          ports.stream().map(PublishedPort::hostIp).toList(),
          port.hostPort(),
          address,
          port.containerPort());
    } catch (IOException e) {
      LOG.warnf(
          "Port %d/%s of container %s is held by another program as well: %s",
          port.hostPort(), port.protocol(), containerId, e.getMessage());
      return () -> {};
    }
  }
}
