package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.KernelSupport;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Specs;
import dev.varve.container.domain.Subnet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** The rest of a machine: network, files, mounts. Outlives the services on it, too. */
final class FakeNode
    implements ContainerNetwork,
        RunFiles,
        RootMounts,
        MountSources,
        HostFacts,
        ContainerLog,
        HealthLog {
  final Set<String> namespaces = new ConcurrentSkipListSet<>();
  final Set<String> networks = new ConcurrentSkipListSet<>();
  final Set<String> directories = new ConcurrentSkipListSet<>();
  final Set<Path> unmounted = ConcurrentHashMap.newKeySet();
  final Map<Path, List<String>> logs = new ConcurrentHashMap<>();
  final Map<String, Known> health = new ConcurrentHashMap<>();
  volatile String bootId = "boot-1";

  /** What a container is connected to, by container. */
  final Map<String, List<String>> wired = new ConcurrentHashMap<>();

  /** Whom each container calls by names of its own. */
  final Map<String, List<Linked>> hosts = new ConcurrentHashMap<>();

  private final Map<String, List<NetworkAttachment>> places = new ConcurrentHashMap<>();

  @Override
  public boolean exists(String path) {
    return path.startsWith("/there");
  }

  @Override
  public Path volume(String name) {
    return Path.of("/volumes", name, "_data");
  }

  @Override
  public Path image(String imageId) {
    return Path.of("/images", imageId, "files");
  }

  @Override
  public Held hold(ContainerSpec spec, Path root) {
    return new Held() {
      @Override
      public List<Ready> mounts() {
        return List.of();
      }

      @Override
      public String rootPropagation() {
        return "";
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void restore(Collection<Network> all) {
    networks.clear();
    all.forEach(this::add);
  }

  @Override
  public void add(Network network) {
    networks.add(network.name());
  }

  @Override
  public boolean retire(String networkId) {
    return places.values().stream()
        .flatMap(List::stream)
        .noneMatch(it -> it.networkId().equals(networkId));
  }

  @Override
  public void reopen(String networkId) {}

  @Override
  public void remove(Network network) {
    networks.remove(network.name());
  }

  @Override
  public List<Subnet> inUse() {
    return List.of();
  }

  @Override
  public Lease lease(String containerId, List<EndpointRequest> requests) throws IOException {
    if (!namespaces.add(containerId)) {
      throw new IOException("leased already: " + containerId);
    }
    requests.forEach(request -> claim(containerId, request));
    return new Lease(
        List.copyOf(places.getOrDefault(containerId, List.of())), Path.of("/netns", containerId));
  }

  @Override
  public NetworkAttachment claim(String containerId, EndpointRequest request) {
    List<NetworkAttachment> mine =
        places.computeIfAbsent(containerId, _ -> new CopyOnWriteArrayList<>());
    NetworkAttachment place =
        new NetworkAttachment(
            request.network().name(),
            request.network().id(),
            "e1",
            "172.17.0.2",
            16,
            "172.17.0.1",
            "02:42:ac:11:00:02",
            Optional.empty(),
            "eth" + mine.size(),
            request.spec(),
            List.of());
    mine.add(place);
    return place;
  }

  @Override
  public void wire(String containerId) {
    wired.put(
        containerId,
        places.getOrDefault(containerId, List.of()).stream()
            .map(NetworkAttachment::network)
            .toList());
  }

  @Override
  public void disconnect(String containerId, String networkId) {
    places.getOrDefault(containerId, List.of()).removeIf(it -> it.networkId().equals(networkId));
    wire(containerId);
  }

  @Override
  public Path joined(String containerId, String otherId) {
    namespaces.add(containerId);
    return Path.of("/netns", otherId);
  }

  @Override
  public Path isolated(String containerId) {
    namespaces.add(containerId);
    return Path.of("/netns", containerId);
  }

  @Override
  public void release(String containerId) {
    namespaces.remove(containerId);
    places.remove(containerId);
    wired.remove(containerId);
  }

  @Override
  public void reconcile(Map<String, Running> running) {
    namespaces.retainAll(running.keySet());
    places.keySet().retainAll(running.keySet());
    running.forEach((id, it) -> {
      places.put(id, new CopyOnWriteArrayList<>(it.attachments()));
      wire(id);
    });
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
  public Paths write(Container container, Networking networking) {
    directories.add(container.id());
    hosts.put(container.id(), networking.linked());
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
  public Reader open(Path file, Query query, Form form, End end) {
    Iterator<String> lines = logs.getOrDefault(file, List.of()).iterator();
    return new Reader() {
      @Override
      public ByteBuffer next(int bytes) {
        return lines.hasNext() ? StandardCharsets.UTF_8.encode(lines.next()) : null;
      }

      @Override
      public void close() {}
    };
  }
}
