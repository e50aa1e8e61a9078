package dev.varve.container.adapter.conmon;

import dev.varve.container.application.CgroupPath;
import dev.varve.container.application.ContainerRuntime;
import dev.varve.container.application.RuntimeRefusedException;
import dev.varve.container.application.RuntimeSpecs;
import dev.varve.container.application.StandardStreams;
import dev.varve.container.domain.LogPolicy;
import dev.varve.container.domain.ProcessSpec;
import dev.varve.container.domain.Resources;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.mounts.MountCalls;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * {@link ContainerRuntime} with conmon and crun or runc.
 *
 * <p>What is known of a run lies in its {@link RunFiles} and in the kernel, never in this object
 * alone: after a restart of the engine another instance goes on.
 */
public final class ConmonRuntime implements ContainerRuntime, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ConmonRuntime.class);
  private static final int SIGKILL = 9;

  private static final int PIPE_BYTES = 1 << 20;

  private final Path bundles;
  private final Path logs;
  private final RuntimeSpecs specs;
  private final Runtimes runtimes;
  private final String prefix;
  private final SharedMemory sharedMemory;
  private final Cgroups cgroups;
  private final Poller poller;
  private final Monitor monitor;
  private final RunProcesses processes;
  private final AttachHubs hubs;
  private final MonitoredExecs execs;
  private final OomWatch outOfMemory;
  private final CompiledFilters filters = new CompiledFilters();

  /**
   * @param root where logs are kept, in {@code containers/<id>/container.log}
   * @param run where everything lies that must not survive a reboot
   * @param prefix the parent of all containers' cgroups
   */
  public ConmonRuntime(
      RuntimeSpecs specs, MountCalls mounts, Path root, Path run, String prefix, Clock clock)
      throws IOException {
    this.specs = specs;
    this.bundles = run.resolve("bundles");
    this.logs = root.resolve("containers");
    this.runtimes = new Runtimes(run);
    this.prefix = prefix;
    this.sharedMemory = new SharedMemory(mounts, bundles);
    this.cgroups = new Cgroups(prefix, bundles);
    this.poller = new Poller("container-io");
    Path temporary = Files.createDirectories(run.resolve("tmp"));
    this.monitor = new Monitor(poller, temporary);
    this.hubs = new AttachHubs(poller);
    this.processes = new RunProcesses(cgroups, hubs, poller, clock);
    this.execs = new MonitoredExecs(bundles, specs, runtimes, monitor, processes, hubs);
    this.outOfMemory = new OomWatch();
  }

  @Override
  public Process create(RunRequest request) throws IOException {
    String id = request.containerId();
    switch (observe(id)) {
      case Observation.Created(Process process) -> {
        return process;
      }
      case Observation.Running(Process process) -> {
        return process;
      }
      case Observation.Ended ignored -> delete(id);
      case Observation.Absent ignored -> delete(id);
    }
    RunFiles files = RunFiles.ofContainer(bundles, id);
    ProcessSpec process = request.spec().process();
    Runtimes.Runtime runtime = runtimes.named(request.spec().host().runtime());
    try {
      files.make();
      String parent = request.spec().host().cgroupParent();
      if (!parent.isEmpty()) {
        Files.writeString(files.cgroup(), CgroupPath.of(parent, prefix, id));
      }
      byte[] config = specs.config(request, sharedMemory.of(request, files));
      Files.createDirectories(runtime.root());
      Files.write(files.specification(), runtime.isCrun() ? filters.with(config) : config);
      List<String> argv = monitor.arguments(files, runtime, id, process.openStdin(), process.tty());
      // A terminal's input has no end: a client that goes away may come back.
      if (process.openStdin() && (!process.stdinOnce() || process.tty())) {
        Monitor.leaveStdinOpen(files, argv);
      }
      argv.addAll(logArguments(request));
      int pid;
      try (Monitor.Started started = monitor.start(files, argv)) {
        pid = created(started.results().next(), files, request);
      }
      enlargePipes(pid);
      processes.watch(files);
      outOfMemory.watch(files);
      if (runtime.isCrun()) {
        filters.learn(config, runtime.stateOf(id));
      }
      return RunProcesses.process(pid);
    } catch (IOException | RuntimeException e) {
      CleanUp.after(e, () -> delete(id));
      throw e;
    }
  }

  private List<String> logArguments(RunRequest request) throws IOException {
    if (!LogPolicy.of(request.spec().host().log()).kept()) {
      return List.of("--log-path", Monitor.NO_LOG);
    }
    Path log = logPath(request.containerId());
    Path directory = log.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    return List.of("--log-path", "k8s-file:" + log);
  }

  /**
   * Whoever writes faster than the monitor reads has to wait less often. To be done before the
   * program runs, for later its descriptors are its own.
   */
  private static void enlargePipes(int pid) {
    try {
      for (String output : List.of("1", "2")) {
        Path descriptor = Path.of("/proc", Integer.toString(pid), "fd", output);
        if (Files.readSymbolicLink(descriptor).toString().startsWith("pipe:")) {
          try (Descriptor pipe =
              Descriptor.open(descriptor, Descriptor.O_RDONLY | Descriptor.O_NONBLOCK)) {
            pipe.enlargePipe(PIPE_BYTES);
          }
        }
      }
    } catch (IOException e) {
      LOG.debugf(e, "pipes of %d", pid);
    }
  }

  private static int created(Optional<SyncPipe.Message> answer, RunFiles files, RunRequest request)
      throws IOException {
    if (answer.isPresent() && answer.get().data() > 0) {
      return answer.get().data();
    }
    List<String> args = new ArrayList<>(request.spec().process().entrypoint());
    args.addAll(request.spec().process().cmd());
    String text = answer.map(SyncPipe.Message::text).orElse("");
    throw Refusals.create(
        text.isEmpty() ? Monitor.errorText(files) : text, args.isEmpty() ? "" : args.getFirst());
  }

  @Override
  public void start(String containerId) throws IOException {
    Runtimes.Runtime runtime =
        runtimes
            .having(containerId)
            .orElseThrow(() -> new IOException("no such container: " + containerId));
    if (!runtimes.isWaiting(containerId)) {
      return;
    }
    try {
      runtimes.start(runtime, containerId);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        // Somebody else has started it in this moment.
        return;
      }
      throw new RuntimeRefusedException(
          128, "cannot start a stopped process: unknown: " + e.getMessage());
    }
  }

  @Override
  public boolean signal(String containerId, int signal) throws IOException {
    boolean sent = processes.signal(RunFiles.ofContainer(bundles, containerId), signal);
    if (sent && signal == SIGKILL) {
      // Not even SIGKILL ends what is frozen, whoever froze it.
      unpause(containerId);
    }
    return sent;
  }

  @Override
  public void pause(String containerId) throws IOException {
    if (!cgroups.freeze(containerId, true)) {
      throw new IOException("no freezer for container " + containerId);
    }
  }

  @Override
  public void unpause(String containerId) throws IOException {
    cgroups.freeze(containerId, false);
  }

  @Override
  public void update(String containerId, Resources resources) throws IOException {
    RunFiles files = RunFiles.ofContainer(bundles, containerId);
    Runtimes.Runtime runtime =
        runtimes
            .having(containerId)
            .orElseThrow(() -> new IOException("no such container: " + containerId));
    Files.write(files.resources(), specs.resources(resources));
    runtimes.update(runtime, containerId, files.resources());
    if (resources.pidsLimit().orElse(1) <= 0) {
      // crun has no word for it.
      cgroups.liftProcessLimit(containerId);
    }
  }

  @Override
  public void delete(String containerId) throws IOException {
    RunFiles files = RunFiles.ofContainer(bundles, containerId);
    signal(containerId, SIGKILL);
    // Others than the first process may be frozen when that one has ended already.
    unpause(containerId);
    processes.awaitDeath(files);
    cgroups.kill(containerId);
    for (RunFiles exec : files.execs()) {
      processes.endMonitor(exec);
    }
    processes.endMonitor(files);
    cgroups.remove(containerId);
    runtimes.deleteState(containerId);
    sharedMemory.remove(files);
    files.delete();
  }

  @Override
  public Observation observe(String containerId) throws IOException {
    RunFiles files = RunFiles.ofContainer(bundles, containerId);
    Observation seen = processes.observe(files);
    return seen instanceof Observation.Running(Process process) && runtimes.isWaiting(containerId)
        ? new Observation.Created(process)
        : seen;
  }

  @Override
  public PreparedExec prepareExec(ExecRequest request) throws IOException {
    return execs.prepare(request);
  }

  @Override
  public Observation observeExec(String containerId, String execId) throws IOException {
    return processes.observe(RunFiles.ofExec(bundles, containerId, execId));
  }

  @Override
  public void deleteExec(String containerId, String execId) throws IOException {
    execs.delete(RunFiles.ofExec(bundles, containerId, execId));
  }

  @Override
  public List<String> execs(String containerId) throws IOException {
    return RunFiles.ofContainer(bundles, containerId).execs().stream()
        .map(RunFiles::execId)
        .toList();
  }

  @Override
  public StandardStreams openStreams(String containerId) throws IOException {
    return hubs.open(RunFiles.ofContainer(bundles, containerId));
  }

  @Override
  public boolean resize(String containerId, int height, int width) throws IOException {
    return resize(RunFiles.ofContainer(bundles, containerId), height, width);
  }

  @Override
  public boolean resizeExec(String containerId, String execId, int height, int width)
      throws IOException {
    return resize(RunFiles.ofExec(bundles, containerId, execId), height, width);
  }

  private static boolean resize(RunFiles files, int height, int width) throws IOException {
    return Control.resize(files.control(), height, width);
  }

  @Override
  public boolean reopenLog(String containerId) throws IOException {
    return Control.reopenLog(RunFiles.ofContainer(bundles, containerId).control());
  }

  @Override
  public void watchOutOfMemory(Consumer<String> listener) {
    outOfMemory.listen(listener);
    try {
      RunFiles.all(bundles).forEach(outOfMemory::watch);
    } catch (IOException e) {
      throw new UncheckedIOException("looking for containers of before", e);
    }
  }

  @Override
  public void watchExits(BiConsumer<String, Exit> listener) {
    processes.listen(listener);
    try {
      for (RunFiles files : RunFiles.all(bundles)) {
        if (RunFiles.number(files.pid()).isPresent()) {
          processes.watch(files);
        }
        for (RunFiles exec : files.execs()) {
          if (RunFiles.number(exec.pid()).isPresent()) {
            processes.watch(exec);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("looking for containers of before", e);
    }
  }

  @Override
  public List<Integer> processes(String containerId) throws IOException {
    return cgroups.processes(containerId);
  }

  @Override
  public Path logPath(String containerId) {
    return logs.resolve(containerId).resolve("container.log");
  }

  /** Leaves all containers and their monitors running. */
  @Override
  public void close() throws IOException {
    poller.close();
    runtimes.close();
    outOfMemory.close();
  }
}
