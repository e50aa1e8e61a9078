package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@link NameServer} by aardvark-dns, which goes on when this process ends. One for everybody, who
 * may ask it for names of the outside as well; and one for internal networks, which has nothing but
 * containers' names and refuses all others at once. Both run while they are needed. Where the
 * program is missing, containers learn no names.
 */
public final class AardvarkServer implements NameServer, AutoCloseable {
  private static final List<Path> INSTALLED =
      List.of(Path.of("/usr/lib/podman/aardvark-dns"), Path.of("/usr/libexec/podman/aardvark-dns"));

  private final Ports ports;
  private final ZoneAddresses addresses = new ZoneAddresses();
  private final AardvarkProcess open;
  private final AardvarkProcess internal;

  /**
   * @param run the run directory
   * @param program to be used instead of the one that the system has
   */
  public AardvarkServer(Path run, Optional<Path> program) throws IOException {
    List<Path> programs = Stream.concat(program.stream(), INSTALLED.stream()).toList();
    this.ports = NamePorts.at(run.resolve("names.ports"));
    this.open = new AardvarkProcess(run.resolve("names"), programs, ports.open(), Map.of());
    this.internal =
        new AardvarkProcess(
            run.resolve("names-internal"),
            programs,
            ports.internal(),
            Map.of("AARDVARK_NO_PROXY", "1"));
  }

  /** Where they listen, at the addresses of the networks' bridges. */
  public Ports ports() {
    return ports;
  }

  @Override
  public synchronized void restore(Collection<Zone> zones) throws IOException {
    Set<String> all = new HashSet<>();
    Set<String> shut = new HashSet<>();
    for (Zone zone : zones) {
      all.add(zone.id());
      if (zone.internal()) {
        shut.add(zone.id());
      }
    }
    open.keep(all);
    internal.keep(shut);
    for (Zone zone : zones) {
      var _ = write(open, zone);
      if (zone.internal()) {
        var _ = write(internal, zone);
      }
    }
    for (AardvarkProcess server : List.of(open, internal)) {
      server.reload();
    }
  }

  @Override
  public synchronized void publish(Collection<Zone> zones) throws IOException {
    boolean changed = false;
    boolean changedInternal = false;
    for (Zone zone : zones) {
      changed |= write(open, zone);
      if (zone.internal()) {
        changedInternal |= write(internal, zone);
      }
    }
    if (changed) {
      open.reload();
    }
    if (changedInternal) {
      internal.reload();
    }
  }

  private boolean write(AardvarkProcess server, Zone zone) throws IOException {
    if (zone.entries().isEmpty()) {
      addresses.free(zone.id());
      return server.delete(zone.id());
    }
    List<String> listen =
        zone.listen().isEmpty() ? List.of(addresses.of(zone.id())) : zone.listen();
    return server.write(zone.id(), AardvarkZone.render(zone, listen));
  }

  /** They go on, as the containers do. */
  @Override
  public void close() {
    open.leave();
    internal.leave();
  }
}
