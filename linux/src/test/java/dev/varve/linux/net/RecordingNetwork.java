package dev.varve.linux.net;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A {@link NetworkKernel} in memory that remembers what it was asked, in order. Thread-safe. */
public final class RecordingNetwork implements NetworkKernel {
  private final List<String> calls = new ArrayList<>();
  private final List<Ipv4> used = new ArrayList<>();
  private final Map<Path, String> namespaces = new HashMap<>();
  private final Map<Path, Fake> insides = new HashMap<>();
  private final List<IntConsumer> watchers = new ArrayList<>();
  private final Fake host = new Fake("host", 0);
  private final AtomicInteger nextIndex = new AtomicInteger();
  private String lastVeth = "";

  /** Everything asked so far. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  public synchronized Set<Path> namespaces() {
    return Set.copyOf(namespaces.keySet());
  }

  public synchronized void addLink(NetworkCalls.Link link) {
    host.links.add(link);
  }

  /** A route of the host. */
  public synchronized void use(String network) {
    used.add(Ipv4.parse(network));
  }

  private synchronized void record(String call) {
    calls.add(call);
  }

  @Override
  public NetworkCalls host() {
    return host;
  }

  @Override
  public void createNamespace(Path pin, Inside inside) throws IOException {
    Fake calls = new Fake("inside", 1);
    calls.links.add(new NetworkCalls.Link(1, "lo", 65536, true));
    String veth;
    synchronized (this) {
      lastVeth = "";
      // Both ends of a pair appear at once.
      calls.links.add(new NetworkCalls.Link(2, "eth0", 1500, true));
      inside.run(calls, 9);
      veth = lastVeth;
    }
    Files.createFile(pin);
    synchronized (this) {
      namespaces.put(pin, veth);
      insides.put(pin, calls);
    }
  }

  @Override
  public void inNamespace(Path pin, Inside inside) throws IOException {
    Fake calls;
    synchronized (this) {
      calls = insides.computeIfAbsent(pin, _ -> new Fake("inside", 1));
    }
    inside.run(calls, 9);
  }

  @Override
  public synchronized void deleteNamespace(Path pin) throws IOException {
    String veth = namespaces.remove(pin);
    host.links.removeIf(link -> link.name().equals(veth));
    Files.deleteIfExists(pin);
  }

  @Override
  public synchronized boolean isNamespace(Path pin) {
    return namespaces.containsKey(pin);
  }

  @Override
  public void sysctl(String key, String value) {
    record("sysctl " + key + "=" + value);
  }

  @Override
  public void redirect(Redirection redirection) {
    record("redirect " + redirection.from() + " to " + redirection.to());
  }

  @Override
  public void firewall(String script) {
    record("firewall " + script.lines().findFirst().orElse(""));
  }

  @Override
  public synchronized void watchLinks(IntConsumer disturbed) {
    watchers.add(disturbed);
  }

  /** Somebody else deletes a link of the host. */
  public synchronized void loseLink(String name) {
    host.links.removeIf(link -> link.name().equals(name));
  }

  /** The kernel tells that something happened to the link. */
  public void disturb(int index) {
    List<IntConsumer> all;
    synchronized (this) {
      all = List.copyOf(watchers);
    }
    all.forEach(watcher -> watcher.accept(index));
  }

  private final class Fake implements NetworkCalls {
    private final String where;
    private final int base;
    private final List<Link> links = new ArrayList<>();
    private final Set<String> addresses = new HashSet<>();
    private final Map<Integer, Set<InetAddress>> byLink = new HashMap<>();

    private Fake(String where, int base) {
      this.where = where;
      this.base = base;
    }

    @Override
    public List<Link> links() {
      synchronized (RecordingNetwork.this) {
        return List.copyOf(links);
      }
    }

    @Override
    public OptionalInt index(String name) {
      return links().stream()
          .filter(link -> link.name().equals(name))
          .mapToInt(Link::index)
          .findFirst();
    }

    @Override
    public Set<InetAddress> addresses(int index) {
      synchronized (RecordingNetwork.this) {
        return Set.copyOf(byLink.getOrDefault(index, Set.of()));
      }
    }

    @Override
    public boolean knows(String kind) {
      return true;
    }

    @Override
    public void addBridge(String name, String mac, int mtu) {
      record(where + " bridge " + name + " " + mac + " " + mtu);
      addLink(new Link(nextIndex.incrementAndGet() + base, name, mtu, true));
    }

    @Override
    public void addVeth(Veth veth) throws IOException {
      synchronized (RecordingNetwork.this) {
        if (index(veth.name()).isPresent()) {
          throw new SystemCallException("add veth " + veth.name(), Errno.EEXIST);
        }
        calls.add(where + " veth " + veth.name());
        links.add(new Link(nextIndex.incrementAndGet() + 100, veth.name(), veth.mtu(), true));
        lastVeth = veth.name();
      }
    }

    @Override
    public void addSublink(Sublink sublink) {
      record(where + " sublink " + sublink.name() + " " + sublink.kind());
    }

    @Override
    public void attach(String name, int bridge, boolean apart) {
      record(where + " attach " + name + " " + bridge + (apart ? " apart" : ""));
    }

    @Override
    public void takeLargeSegments(int index) {
      record(where + " large segments " + index);
    }

    @Override
    public void mark(int index, String text) {
      record(where + " mark " + index + " " + text);
    }

    @Override
    public Map<String, String> marked() {
      return Map.of();
    }

    @Override
    public void addAddress(int index, InetAddress address, int prefixLength) {
      record(where + " address " + index + " " + address.getHostAddress() + "/" + prefixLength);
      synchronized (RecordingNetwork.this) {
        byLink.computeIfAbsent(index, _ -> new HashSet<>()).add(address);
      }
    }

    @Override
    public void replaceDefaultRoute(InetAddress gateway, int index) {
      record(where + " route " + gateway.getHostAddress());
    }

    @Override
    public void replaceDefaultRoute(boolean v6, int index) {
      record(where + " route by " + index);
    }

    @Override
    public void deleteDefaultRoute(boolean v6) {
      record(where + " no route");
    }

    @Override
    public void setUp(int index) {
      record(where + " up " + index);
    }

    @Override
    public void addAddress(int index, Ipv4 address) {
      record(where + " address " + index + " " + address);
      addresses.add(address.address());
      if (where.equals("host")) {
        use(address.network().toString());
      }
    }

    @Override
    public void addDefaultRoute(String gateway) {
      record(where + " route " + gateway);
    }

    @Override
    public boolean deleteLink(String name) {
      record(where + " delete " + name);
      synchronized (RecordingNetwork.this) {
        return links.removeIf(link -> link.name().equals(name));
      }
    }

    @Override
    public List<Ipv4> networksInUse() {
      synchronized (RecordingNetwork.this) {
        return List.copyOf(used);
      }
    }

    @Override
    public OptionalInt defaultLink() {
      return OptionalInt.empty();
    }

    @Override
    public void close() {}
  }
}
