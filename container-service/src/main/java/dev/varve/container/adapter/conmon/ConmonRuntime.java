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
import dev.varve.linux.process.PidFd;
import dev.varve.linux.process.Poller;
import dev.varve.linux.process.ProcessFacts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final int DEATH_SECONDS = 10;

  /** With monitors that are only slow, as they are on a machine that has too much to do. */
  private static final Duration MONITOR_PATIENCE = Duration.ofSeconds(15);

  private static final int PIPE_BYTES = 1 << 20;
  private static final String NO_LOG = "none";

  private final Path bundles;
  private final Path logs;
  private final RuntimeSpecs specs;
  private final Runtimes runtimes;
  private final String prefix;
  private final SharedMemory sharedMemory;
  private final Cgroups cgroups;
  private final Poller poller;
  private final Monitor monitor;
  private final ExitWatch exits;
  private final OomWatch outOfMemory;
  private final CompiledFilters filters = new CompiledFilters();
  private final Map<String, AttachHub> hubs = new ConcurrentHashMap<>();
  private final BufferedBytes buffered = new BufferedBytes();

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
    this.exits =
        new ExitWatch(poller, clock, this::ranOutOfMemory, this::waitsForReaders, MONITOR_PATIENCE);
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
        leaveStdinOpen(files, argv);
      }
      argv.addAll(logArguments(request));
      int pid;
      try (Monitor.Started started = monitor.start(files, argv)) {
        pid = created(started.results().next(), files, request);
      }
      enlargePipes(pid);
      watch(files, id);
      outOfMemory.watch(files);
      if (runtime.isCrun()) {
        filters.learn(config, runtime.stateOf(id));
      }
      return process(pid);
    } catch (IOException | RuntimeException e) {
      cleanUpAfter(e, () -> delete(id));
      throw e;
    }
  }

  @FunctionalInterface
  private interface CleanUp {
    void run() throws IOException;
  }

  /** The first failure is the one to tell; what goes wrong after it goes with it. */
  private static void cleanUpAfter(Exception failure, CleanUp cleanUp) {
    try {
      cleanUp.run();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void leaveStdinOpen(RunFiles files, List<String> argv) throws IOException {
    Files.createFile(files.stdinStaysOpen());
    argv.add("--leave-stdin-open");
  }

  private List<String> logArguments(RunRequest request) throws IOException {
    if (!LogPolicy.of(request.spec().host().log()).kept()) {
      return List.of("--log-path", NO_LOG);
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

  private static Process process(int pid) throws IOException {
    // One that has ended already has no ticks to tell; nobody will be mistaken for it.
    return new Process(pid, ProcessFacts.stat(pid).map(ProcessFacts.Stat::startTicks).orElse(0L));
  }

  /** Begins to wait for the end of a run or exec that has just begun or is found at start. */
  private CompletableFuture<Exit> watch(RunFiles files, String containerId) throws IOException {
    return exits.watch(files, monitorOf(files, containerId), programOf(files, containerId));
  }

  private static Optional<Descriptor> monitorOf(RunFiles files, String containerId)
      throws IOException {
    return ExitWatch.handle(
        RunFiles.number(files.monitorPid()),
        pid -> {
          try {
            return ProcessFacts.commandLine(pid).contains(containerId);
          } catch (IOException e) {
            return false;
          }
        });
  }

  private Optional<Descriptor> programOf(RunFiles files, String containerId) throws IOException {
    return ExitWatch.handle(
        RunFiles.number(files.pid()),
        pid -> {
          try {
            return cgroups.contains(containerId, ProcessFacts.cgroups(pid));
          } catch (IOException e) {
            return false;
          }
        });
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
    Optional<Descriptor> program =
        programOf(RunFiles.ofContainer(bundles, containerId), containerId);
    if (program.isEmpty()) {
      return false;
    }
    try (Descriptor process = program.get()) {
      boolean sent = PidFd.signal(process, signal);
      if (signal == SIGKILL) {
        // Not even SIGKILL ends what is frozen, whoever froze it.
        unpause(containerId);
      }
      return sent;
    }
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
    awaitDeath(files, containerId);
    cgroups.kill(containerId);
    for (RunFiles exec : files.execs()) {
      endMonitor(exec, containerId);
    }
    endMonitor(files, containerId);
    cgroups.remove(containerId);
    runtimes.deleteState(containerId);
    sharedMemory.remove(files);
    files.delete();
  }

  private void awaitDeath(RunFiles files, String containerId) throws IOException {
    Optional<Descriptor> program = programOf(files, containerId);
    if (program.isPresent()) {
      CompletableFuture<Boolean> dead = new CompletableFuture<>();
      poller.watch(program.get(), ignored -> !dead.complete(true));
      await(dead);
    }
  }

  /** Lets the monitor write its last words; one that does not end is ended. */
  private void endMonitor(RunFiles files, String containerId) throws IOException {
    if (exits.isWatching(files.key())) {
      await(exits.ended(files.key()));
    }
    Optional<Descriptor> process = monitorOf(files, containerId);
    if (process.isPresent()) {
      try (Descriptor handle = process.get()) {
        PidFd.signal(handle, SIGKILL);
      }
    }
    AttachHub hub = hubs.remove(files.key());
    if (hub != null) {
      hub.close();
    }
    exits.forget(files.key());
  }

  /** False when it takes too long. */
  private static boolean await(CompletableFuture<?> future) throws IOException {
    try {
      future.get(DEATH_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for a process to end");
    }
  }

  @Override
  public Observation observe(String containerId) throws IOException {
    RunFiles files = RunFiles.ofContainer(bundles, containerId);
    Observation seen = observe(files, containerId);
    return seen instanceof Observation.Running(Process process) && runtimes.isWaiting(containerId)
        ? new Observation.Created(process)
        : seen;
  }

  private Observation observe(RunFiles files, String containerId) throws IOException {
    Optional<Exit> exit = exits.read(files);
    if (exit.isPresent()) {
      return new Observation.Ended(exit.get());
    }
    Optional<Integer> pid = RunFiles.number(files.pid());
    if (pid.isEmpty()) {
      return new Observation.Absent();
    }
    Optional<ProcessFacts.Stat> stat = ProcessFacts.stat(pid.get());
    boolean ours = cgroups.contains(containerId, ProcessFacts.cgroups(pid.get()));
    if (stat.isPresent() && ours && !stat.get().zombie()) {
      return new Observation.Running(new Process(pid.get(), stat.get().startTicks()));
    }
    // Its monitor is about to write the exit code, or will never do so.
    CompletableFuture<Exit> end = watch(files, containerId);
    await(end);
    return end.isDone()
        ? new Observation.Ended(end.join())
        : new Observation.Running(process(pid.get()));
  }

  @Override
  public PreparedExec prepareExec(ExecRequest request) throws IOException {
    String id = request.containerId();
    RunFiles files = RunFiles.ofExec(bundles, id, request.execId());
    Runtimes.Runtime runtime =
        runtimes.having(id).orElseThrow(() -> new IOException("no such container: " + id));
    byte[] process = specs.process(request);
    try {
      files.make();
      Files.write(files.specification(), process);
      List<String> argv = monitor.arguments(files, runtime, id, request.stdin(), request.tty());
      if (request.stdin() && request.tty()) {
        leaveStdinOpen(files, argv);
      }
      argv.addAll(
          List.of(
              "--exec",
              "--exec-attach",
              "--exec-process-spec",
              files.specification().toString(),
              "--log-path",
              NO_LOG));
      return new WaitingExec(request, files, monitor.startAttached(files, argv));
    } catch (IOException | RuntimeException e) {
      cleanUpAfter(e, () -> deleteExec(id, request.execId()));
      throw e;
    }
  }

  /** An exec whose monitor waits for the go-ahead. */
  private final class WaitingExec implements PreparedExec {
    private final ExecRequest request;
    private final RunFiles files;
    private final Monitor.Started started;
    private boolean ran;

    WaitingExec(ExecRequest request, RunFiles files, Monitor.Started started) {
      this.request = request;
      this.files = files;
      this.started = started;
    }

    @Override
    public ExecHandle run() throws IOException {
      ran = true;
      try (started) {
        if (started.attached().orElseThrow().next().isEmpty()) {
          throw Refusals.exec(Monitor.errorText(files), request.cmd().getFirst());
        }
        // Taken in before the program runs: the monitor does not look at its socket before.
        StandardStreams streams = connect(files).open();
        started.goAhead().orElseThrow().count();
        Optional<SyncPipe.Message> answer = started.results().next();
        if (answer.isEmpty() || answer.get().data() <= 0) {
          streams.close();
          String text = answer.map(SyncPipe.Message::text).orElse("");
          throw Refusals.exec(
              text.isEmpty() ? Monitor.errorText(files) : text, request.cmd().getFirst());
        }
        watch(files, request.containerId());
        return new ExecHandle(process(answer.get().data()), Optional.of(streams));
      } catch (IOException | RuntimeException e) {
        cleanUpAfter(e, () -> deleteExec(request.containerId(), request.execId()));
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      if (!ran) {
        started.close();
        deleteExec(request.containerId(), request.execId());
      }
    }
  }

  @Override
  public Observation observeExec(String containerId, String execId) throws IOException {
    return observe(RunFiles.ofExec(bundles, containerId, execId), containerId);
  }

  @Override
  public void deleteExec(String containerId, String execId) throws IOException {
    RunFiles files = RunFiles.ofExec(bundles, containerId, execId);
    Optional<Descriptor> program = programOf(files, containerId);
    if (program.isPresent()) {
      try (Descriptor process = program.get()) {
        PidFd.signal(process, SIGKILL);
      }
    }
    endMonitor(files, containerId);
    files.delete();
  }

  @Override
  public List<String> execs(String containerId) throws IOException {
    return RunFiles.ofContainer(bundles, containerId).execs().stream()
        .map(RunFiles::execId)
        .toList();
  }

  @Override
  public StandardStreams openStreams(String containerId) throws IOException {
    RunFiles files = RunFiles.ofContainer(bundles, containerId);
    try {
      return streams(files);
    } catch (SystemCallException e) {
      boolean gone = e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED;
      if (gone && Files.exists(files.exit())) {
        return new EndedStreams();
      }
      throw e;
    }
  }

  private StandardStreams streams(RunFiles files) throws IOException {
    StandardStreams streams;
    Acceptance acceptance;
    synchronized (hubs) {
      AttachHub present = hubs.get(files.key());
      if (present != null) {
        return present.open();
      }
      acceptance = Acceptance.of(RunFiles.number(files.monitorPid()));
      streams = connect(files).open();
    }
    acceptance.await();
    return streams;
  }

  private AttachHub connect(RunFiles files) throws IOException {
    synchronized (hubs) {
      AttachHub hub =
          new AttachHub(
              files.attachSocket(),
              Files.exists(files.stdinStaysOpen()),
              poller,
              buffered,
              () -> enlargeBuffers(files),
              () -> hubs.remove(files.key()));
      hubs.put(files.key(), hub);
      return hub;
    }
  }

  private static void enlargeBuffers(RunFiles files) {
    try {
      Optional<Integer> pid = RunFiles.number(files.monitorPid());
      Optional<Descriptor> monitor = monitorOf(files, files.containerId());
      if (pid.isPresent() && monitor.isPresent()) {
        SendBuffers.enlarge(monitor.get(), pid.get());
      }
    } catch (IOException e) {
      LOG.debugf(e, "monitor of %s", files.key());
    }
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

  private boolean waitsForReaders(RunFiles files) {
    AttachHub hub = hubs.get(files.key());
    return hub != null && hub.isWaiting();
  }

  /** By the monitor's word or the kernel's, which lasts as long as the run's cgroup. */
  private boolean ranOutOfMemory(RunFiles files) {
    try {
      return Files.exists(files.outOfMemory())
          || !files.isExec() && cgroups.oomKills(files.key()) > 0;
    } catch (IOException e) {
      return false;
    }
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
    exits.listen(listener);
    try {
      for (RunFiles files : RunFiles.all(bundles)) {
        if (RunFiles.number(files.pid()).isPresent()) {
          watch(files, files.key());
        }
        for (RunFiles exec : files.execs()) {
          if (RunFiles.number(exec.pid()).isPresent()) {
            watch(exec, files.key());
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
