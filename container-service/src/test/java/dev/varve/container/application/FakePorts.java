package dev.varve.container.application;

import dev.varve.container.domain.PortBindings.Wanted;
import dev.varve.container.domain.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Ports of a machine that has all of them, each once; its rules outlive the services on it. */
final class FakePorts implements PublishedPorts {
  static final int FIRST_FREE = 32768;

  final Map<String, Publication> rules = new ConcurrentHashMap<>();
  private final Map<Integer, String> holders = new ConcurrentHashMap<>();

  /** By a program that is no container. */
  void occupy(int port) {
    holders.put(port, "");
  }

  @Override
  public synchronized Claim claim(String containerId, String address, List<Wanted> wanted) {
    List<PublishedPort> ports = new ArrayList<>();
    for (Wanted one : wanted) {
      int port = one.anyPort() ? FIRST_FREE : one.first();
      while (one.anyPort() && holders.containsKey(port)) {
        port++;
      }
      String holder = holders.putIfAbsent(port, containerId);
      if (holder != null) {
        holders.values().remove(containerId);
        return holder.isEmpty()
            ? new Claim.Refused("0.0.0.0:" + port, "address already in use")
            : new Claim.Taken("0.0.0.0", port, holder);
      }
      String hostIp = one.hostIp().isEmpty() ? "0.0.0.0" : one.hostIp();
      ports.add(new PublishedPort(one.protocol(), one.containerPort(), hostIp, port));
    }
    return new Claim.Held(ports);
  }

  @Override
  public void publish(String containerId, Publication publication) {
    rules.put(containerId, publication);
  }

  @Override
  public void move(String containerId, Optional<Publication> publication) {
    rules.remove(containerId);
    publication.ifPresent(it -> rules.put(containerId, it));
  }

  @Override
  public synchronized void release(String containerId) {
    rules.remove(containerId);
    holders.values().removeIf(containerId::equals);
  }

  @Override
  public synchronized void reconcile(Map<String, Publication> running) {
    holders.values().removeIf(holder -> !holder.isEmpty());
    rules.clear();
    rules.putAll(running);
    running.forEach((id, publication) ->
        publication.attachment().ports().forEach(port -> holders.put(port.hostPort(), id)));
  }
}
