package dev.varve.container.adapter.ports;

import dev.varve.container.application.PublishedPorts;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.PacketTables;
import dev.varve.linux.net.PacketTables.Element;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * {@link PublishedPorts} on the kernel's means: a socket per port, an element per port in the maps
 * of {@link PortRules}. What the maps should hold is known here, so that a table that somebody else
 * has changed is made again.
 */
public final class HostPorts implements PublishedPorts, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HostPorts.class);

  private static final String LOOPBACK = "lo";

  private final NetworkKernel kernel;
  private final PacketTables tables;
  private final PortRules rules;
  private final PortChoice choice;
  private final PortBook book = new PortBook();
  private final Map<String, List<HeldPort>> claims = new HashMap<>();
  private final Map<String, Publication> publications = new LinkedHashMap<>();
  private boolean loopbackIsLarge;
  private boolean closed;

  /**
   * @param prefix of every name the engine gives
   * @param ephemeral the ports of which one is taken where none is named
   */
  public HostPorts(
      NetworkKernel kernel, PacketTables tables, String prefix, EphemeralPorts ephemeral) {
    this.kernel = kernel;
    this.tables = tables;
    this.rules = new PortRules(prefix + "-ports");
    this.choice = new PortChoice(book, new HostSockets(), ephemeral);
  }

  @Override
  public synchronized Claim claim(String containerId, String address, List<Wanted> wanted) {
    free(containerId);
    List<HeldPort> held = new ArrayList<>();
    claims.put(containerId, held);
    for (Wanted one : wanted) {
      switch (choice.take(containerId, address, one)) {
        case PortChoice.Got(HeldPort port) -> held.add(port);
        case PortChoice.Not(Claim refusal) -> {
          free(containerId);
          return refusal;
        }
      }
    }
    return new Claim.Held(held.stream().flatMap(port -> port.ports().stream()).toList());
  }

  @Override
  public synchronized void publish(String containerId, Publication publication) throws IOException {
    if (!PortRules.leadTo(publication)) {
      return; // the relay does
    }
    boolean first = isOnlyOfNetwork(publication);
    if (first) {
      open(publication);
    }
    publications.put(containerId, publication);
    List<Element> elements = PortRules.elementsOf(publication, first);
    try {
      tables.add(rules.table(), elements);
    } catch (IOException e) {
      LOG.warnf("Packet rules of published ports are not as they were left: %s", e.getMessage());
      tables.apply(rules.script(publications.values()));
    }
  }

  /**
   * Answers to loopback addresses come back over the bridge; and what is sent to loopback addresses
   * has the size of segments that the loopback link has, wherever it is led.
   */
  private void open(Publication publication) throws IOException {
    if (!loopbackIsLarge) {
      kernel.host().takeLargeSegments(kernel.host().index(LOOPBACK).orElseThrow());
      loopbackIsLarge = true;
    }
    kernel.sysctl("net/ipv4/conf/" + publication.bridge() + "/route_localnet", "1");
  }

  /** A bridge that somebody deleted is there again, without what was set for it. */
  public synchronized void bridgeRemade(String bridge) {
    for (Publication publication : publications.values()) {
      if (publication.bridge().equals(bridge)) {
        try {
          open(publication);
        } catch (IOException e) {
          LOG.warnf(e, "Ports published on bridge %s may not be reached from loopback", bridge);
        }
        return;
      }
    }
  }

  private boolean isOnlyOfNetwork(Publication publication) {
    return publications.values().stream()
        .noneMatch(other -> PortRules.sameNetwork(other, publication));
  }

  @Override
  public synchronized void release(String containerId) throws IOException {
    Publication publication = publications.remove(containerId);
    // First: whom the rules don't lead to the container any more, a relay is not to take in.
    claims.getOrDefault(containerId, List.of()).forEach(port -> port.socket().close());
    try {
      if (publication != null) {
        withdraw(publication);
        forgetDatagrams(publication);
      }
    } finally {
      free(containerId);
    }
  }

  @Override
  public synchronized void move(String containerId, Optional<Publication> publication)
      throws IOException {
    Publication before = publications.get(containerId);
    if (publication.equals(Optional.ofNullable(before))) {
      return;
    }
    if (before != null) {
      publications.remove(containerId);
      withdraw(before);
      forgetDatagrams(before);
    }
    if (publication.isPresent()) {
      // The sockets relay to the new place.
      free(containerId);
      claims.put(containerId, choice.takeAgain(containerId, publication.get().attachment()));
      publish(containerId, publication.get());
    }
  }

  private void withdraw(Publication publication) throws IOException {
    List<Element> elements = PortRules.elementsOf(publication, isOnlyOfNetwork(publication));
    try {
      tables.remove(rules.table(), elements);
    } catch (IOException e) {
      LOG.warnf("Packet rules of published ports are not as they were left: %s", e.getMessage());
      tables.apply(rules.script(publications.values()));
    }
  }

  /** Before the address is another container's, and the port leads there. */
  private void forgetDatagrams(Publication publication) {
    NetworkAttachment attachment = publication.attachment();
    if (attachment.ports().stream().anyMatch(port -> port.protocol().equals("udp"))) {
      try {
        tables.forgetFlows(PortRules.UDP, Ipv4.parse(attachment.address()));
      } catch (IOException e) {
        LOG.warn("Datagrams may still be led to a container that has gone", e);
      }
    }
  }

  private void free(String containerId) {
    List<HeldPort> held = claims.remove(containerId);
    if (held != null) {
      held.forEach(port -> {
        port.socket().close();
        port.ports().forEach(book::free);
      });
    }
  }

  @Override
  public synchronized void reconcile(Map<String, Publication> running) throws IOException {
    for (String id : List.copyOf(claims.keySet())) {
      free(id);
    }
    publications.clear();
    for (Map.Entry<String, Publication> entry : running.entrySet()) {
      Publication publication = entry.getValue();
      if (PortRules.leadTo(publication)) {
        publications.put(entry.getKey(), publication);
        open(publication);
      }
      claims.put(entry.getKey(), choice.takeAgain(entry.getKey(), publication.attachment()));
    }
    tables.watch(rules.table(), this::mend);
    tables.apply(rules.script(publications.values()));
  }

  private synchronized void mend() {
    if (closed) {
      return;
    }
    LOG.warnf(
        "Another program changed the packet rules of published ports; made again for %d containers",
        publications.size());
    try {
      tables.apply(rules.script(publications.values()));
    } catch (IOException e) {
      LOG.error("The packet rules of published ports could not be made again", e);
    }
  }

  /** What is published stays so without us; with nothing published the table goes, too. */
  @Override
  public synchronized void close() {
    closed = true;
    for (String id : List.copyOf(claims.keySet())) {
      free(id);
    }
    if (publications.isEmpty()) {
      try {
        tables.apply(rules.removal());
      } catch (IOException e) {
        LOG.debug("removing the table of published ports", e);
      }
    }
  }
}
