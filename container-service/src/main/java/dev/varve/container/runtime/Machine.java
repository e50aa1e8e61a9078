package dev.varve.container.runtime;

import dev.varve.container.adapter.conmon.ConmonRuntime;
import dev.varve.container.adapter.dns.AardvarkServer;
import dev.varve.container.adapter.files.EtcFiles;
import dev.varve.container.adapter.files.HealthFile;
import dev.varve.container.adapter.host.ProcHost;
import dev.varve.container.adapter.logfile.LogRotations;
import dev.varve.container.adapter.logfile.MonitorLog;
import dev.varve.container.adapter.mounts.NodeMountSources;
import dev.varve.container.adapter.network.KernelContainerNetwork;
import dev.varve.container.adapter.oci.OciRuntimeSpecs;
import dev.varve.container.adapter.ports.EphemeralPorts;
import dev.varve.container.adapter.ports.HostPorts;
import dev.varve.container.adapter.stats.KernelStats;
import dev.varve.container.application.Alarm;
import dev.varve.container.application.ContainerLog;
import dev.varve.container.application.ContainerNetwork;
import dev.varve.container.application.ContainerRuntime;
import dev.varve.container.application.HealthLog;
import dev.varve.container.application.HostFacts;
import dev.varve.container.application.LogStore;
import dev.varve.container.application.MountSources;
import dev.varve.container.application.NamedNetwork;
import dev.varve.container.application.PublishedPorts;
import dev.varve.container.application.RunFiles;
import dev.varve.container.application.StatsReader;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.mounts.KernelMountCalls;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.net.NftTables;
import dev.varve.linux.process.ProcessFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The machine's side of the service: everything through which it has an effect or sees one. */
final class Machine implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Machine.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final ContainerRuntime runtime;
  private final ContainerNetwork network;
  private final PublishedPorts ports;
  private final ContainerLog logs;
  private final RunFiles files;
  private final MountSources mounts;
  private final StatsReader stats;
  private final HealthLog healthLog;
  private final Alarms alarms = open(new Alarms());
  private final HostFacts host = new ProcHost(Path.of("/proc"), Path.of("/sys"));

  Machine(Path root, Path run, String prefix, Optional<Path> nameServer) throws IOException {
    LinuxNetwork kernel = open(new LinuxNetwork());
    NftTables tables = open(new NftTables(kernel));
    AardvarkServer names = open(new AardvarkServer(run, nameServer));
    HostPorts published = open(new HostPorts(kernel, tables, prefix, EphemeralPorts.ofHost()));
    ports = published;
    network =
        new NamedNetwork(
            open(
                new KernelContainerNetwork(
                    kernel, tables, prefix, run, names.ports(), published::bridgeRemade)),
            names);
    runtime =
        open(
            new ConmonRuntime(
                new OciRuntimeSpecs(new KernelFileCalls(), ProcessFacts.ownBoundingSet(), prefix),
                new KernelMountCalls(new KernelFileCalls()),
                root,
                run,
                prefix,
                Clock.systemUTC()));
    FileCalls calls = new KernelFileCalls();
    mounts =
        new NodeMountSources(
            root.resolve("volumes"),
            root.resolve("snapshots/images"),
            run.resolve("mounts"),
            calls,
            new KernelMountCalls(calls));
    stats = new KernelStats(prefix, Clock.systemUTC());
    logs = open(new MonitorLog(Clock.systemUTC()));
    healthLog = new HealthFile(root.resolve("containers"));
    files =
        new EtcFiles(
            root.resolve("containers"),
            Path.of("/etc"),
            Path.of("/run/systemd/resolve/resolv.conf"));
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  ContainerRuntime runtime() {
    return runtime;
  }

  ContainerNetwork network() {
    return network;
  }

  PublishedPorts ports() {
    return ports;
  }

  MountSources mounts() {
    return mounts;
  }

  ContainerLog logs() {
    return logs;
  }

  RunFiles files() {
    return files;
  }

  /** Closed by who uses it. */
  StatsReader stats() {
    return stats;
  }

  HealthLog healthLog() {
    return healthLog;
  }

  Alarm alarm() {
    return alarms;
  }

  LogStore logStore() {
    return new LogRotations();
  }

  HostFacts host() {
    return host;
  }

  /** Containers go on; only the engine lets go of them. */
  @Override
  public void close() {
    for (AutoCloseable part : opened) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("Not closed well", e);
      }
    }
  }
}
