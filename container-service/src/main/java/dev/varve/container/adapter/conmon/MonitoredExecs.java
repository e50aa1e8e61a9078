package dev.varve.container.adapter.conmon;

import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.PreparedExec;
import dev.varve.container.application.RuntimeSpecs;
import dev.varve.container.application.StandardStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs that join a container that runs, each with a monitor of its own. */
final class MonitoredExecs {
  private static final int SIGKILL = 9;

  private final Path bundles;
  private final RuntimeSpecs specs;
  private final Runtimes runtimes;
  private final Monitor monitor;
  private final RunProcesses processes;
  private final AttachHubs hubs;

  MonitoredExecs(
      Path bundles,
      RuntimeSpecs specs,
      Runtimes runtimes,
      Monitor monitor,
      RunProcesses processes,
      AttachHubs hubs) {
    this.bundles = bundles;
    this.specs = specs;
    this.runtimes = runtimes;
    this.monitor = monitor;
    this.processes = processes;
    this.hubs = hubs;
  }

  PreparedExec prepare(ExecRequest request) throws IOException {
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
        Monitor.leaveStdinOpen(files, argv);
      }
      argv.addAll(
          List.of(
              "--exec",
              "--exec-attach",
              "--exec-process-spec",
              files.specification().toString(),
              "--log-path",
              Monitor.NO_LOG));
      return new WaitingExec(request, files, monitor.startAttached(files, argv));
    } catch (IOException | RuntimeException e) {
      CleanUp.after(e, () -> delete(files));
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
        StandardStreams streams = hubs.connect(files).open();
        started.goAhead().orElseThrow().count();
        Optional<SyncPipe.Message> answer = started.results().next();
        if (answer.isEmpty() || answer.get().data() <= 0) {
          streams.close();
          String text = answer.map(SyncPipe.Message::text).orElse("");
          throw Refusals.exec(
              text.isEmpty() ? Monitor.errorText(files) : text, request.cmd().getFirst());
        }
        processes.watch(files);
        return new ExecHandle(RunProcesses.process(answer.get().data()), Optional.of(streams));
      } catch (IOException | RuntimeException e) {
        CleanUp.after(e, () -> delete(files));
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      if (!ran) {
        started.close();
        delete(files);
      }
    }
  }

  /** Ends it, if it runs, and forgets it. Idempotent. */
  void delete(RunFiles files) throws IOException {
    boolean _ = processes.signal(files, SIGKILL);
    processes.endMonitor(files);
    files.delete();
  }
}
