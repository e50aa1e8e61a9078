package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.KernelSupport;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Specs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;

/** The rest of a machine: network, files, mounts. Outlives the services on it, too. */
final class FakeNode
    implements ContainerNetwork, RunFiles, RootMounts, HostFacts, ContainerLog, HealthLog {
  final Set<String> namespaces = new ConcurrentSkipListSet<>();
  final Set<String> directories = new ConcurrentSkipListSet<>();
  final Set<Path> unmounted = ConcurrentHashMap.newKeySet();
  final Map<Path, List<String>> logs = new ConcurrentHashMap<>();
  final Map<String, Known> health = new ConcurrentHashMap<>();
  volatile String bootId = "boot-1";

  @Override
  public void ensureBridge(BridgeNetwork network) {}

  @Override
  public String freeSubnet() {
    return "172.17.0.0/16";
  }

  @Override
  public Lease lease(String containerId) throws IOException {
    if (!namespaces.add(containerId)) {
      throw new IOException("leased already: " + containerId);
    }
    return new Lease(
        new NetworkAttachment(
            "bridge", "n1", "e1", "172.17.0.2", 16, "172.17.0.1", "02:42:ac:11:00:02"),
        Path.of("/netns", containerId));
  }

  @Override
  public Path isolated(String containerId) {
    namespaces.add(containerId);
    return Path.of("/netns", containerId);
  }

  @Override
  public void release(String containerId) {
    namespaces.remove(containerId);
  }

  @Override
  public void reconcile(Set<String> runningContainerIds, Set<String> addressesInUse) {
    namespaces.retainAll(runningContainerIds);
  }

  @Override
  public Paths paths(String containerId) {
    Path directory = Path.of("/containers", containerId);
    return new Paths(
        directory.resolve("hosts"),
        directory.resolve("hostname"),
        directory.resolve("resolv.conf"));
  }

  @Override
  public Paths write(
      Container container, Optional<NetworkAttachment> attachment, String hostGateway) {
    directories.add(container.id());
    return paths(container.id());
  }

  @Override
  public void delete(String containerId) {
    directories.remove(containerId);
  }

  @Override
  public Set<String> known() {
    return new TreeSet<>(directories);
  }

  @Override
  public boolean isMounted(Path root) {
    return !unmounted.contains(root);
  }

  @Override
  public Usage usage(String containerId) {
    return new Usage(10, 100);
  }

  @Override
  public Map<String, Usage> usages() {
    return Map.of();
  }

  @Override
  public Optional<Known> read(String containerId) {
    return Optional.ofNullable(health.get(containerId));
  }

  @Override
  public void write(String containerId, Known known) {
    health.put(containerId, known);
  }

  @Override
  public String bootId() {
    return bootId;
  }

  @Override
  public String hostname() {
    return "machine";
  }

  @Override
  public KernelSupport kernel() {
    return Specs.kernel();
  }

  @Override
  public OptionalLong hardLimit(String ulimit) {
    return OptionalLong.of(1024);
  }

  @Override
  public String ps(String arguments) {
    return "UID PID PPID CMD\nroot 1001 1 sleep 100\nroot 7 1 other\n";
  }

  @Override
  public Reader open(Path file, Query query, Form form, BooleanSupplier ended) {
    Iterator<String> lines = logs.getOrDefault(file, List.of()).iterator();
    return new Reader() {
      @Override
      public ByteBuffer next() {
        return lines.hasNext() ? StandardCharsets.UTF_8.encode(lines.next()) : null;
      }

      @Override
      public void close() {}
    };
  }
}
