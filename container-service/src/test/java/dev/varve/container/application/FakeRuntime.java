package dev.varve.container.application;

import dev.varve.container.application.FakeKernel.Run;
import dev.varve.container.domain.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The runtime over a fake kernel. Programs by name: {@code nosuch} is refused at creation, {@code
 * noexec} at start, {@code stubborn} ignores SIGTERM, all others wait.
 */
final class FakeRuntime implements ContainerRuntime {
  private final FakeKernel kernel;

  FakeRuntime(FakeKernel kernel) {
    this.kernel = kernel;
  }

  private static String program(RunRequest request) {
    return request.spec().process().cmd().getFirst();
  }

  @Override
  public Process create(RunRequest request) throws RuntimeRefusedException {
    String program = program(request);
    if (program.equals("nosuch")) {
      throw new RuntimeRefusedException(127, "exec: \"nosuch\": executable file not found");
    }
    Run run = kernel.create(request.containerId(), program.equals("stubborn"));
    kernel.linked.put(request.containerId(), request.linked());
    if (program.equals("noexec")) {
      kernel.journal.add("cannot start " + request.containerId());
    }
    return new Process(run.pid, run.ticks);
  }

  @Override
  public void start(String containerId) throws RuntimeRefusedException {
    if (kernel.journal.contains("cannot start " + containerId)) {
      throw new RuntimeRefusedException(126, "exec: \"noexec\": permission denied");
    }
    kernel.start(containerId);
  }

  @Override
  public boolean signal(String containerId, int signal) {
    return kernel.signal(containerId, signal);
  }

  @Override
  public void pause(String containerId) {
    kernel.frozen.add(containerId);
  }

  @Override
  public void update(String containerId, Resources resources) throws IOException {
    if (kernel.refusesUpdates) {
      throw new IOException("device or resource busy");
    }
    kernel.bounds.put(containerId, resources);
  }

  @Override
  public void unpause(String containerId) {
    kernel.frozen.remove(containerId);
  }

  @Override
  public void delete(String containerId) {
    unpause(containerId);
    kernel.delete(containerId);
  }

  @Override
  public Observation observe(String containerId) {
    Run run = kernel.run(containerId);
    if (run == null) {
      return new Observation.Absent();
    }
    return switch (run.phase) {
      case CREATED -> new Observation.Created(new Process(run.pid, run.ticks));
      case RUNNING -> new Observation.Running(new Process(run.pid, run.ticks));
      case ENDED -> new Observation.Ended(run.exit);
    };
  }

  @Override
  public PreparedExec prepareExec(ExecRequest request) {
    String key = request.containerId() + "/" + request.execId();
    kernel.prepare(key);
    return new PreparedExec() {
      @Override
      public ExecHandle run() throws IOException {
        kernel.waiting.remove(key);
        return exec(request);
      }

      @Override
      public void close() {
        kernel.waiting.remove(key);
      }
    };
  }

  private ExecHandle exec(ExecRequest request) throws IOException {
    if (request.cmd().getFirst().equals("nosuch")) {
      throw new RuntimeRefusedException(127, "exec: \"nosuch\": executable file not found");
    }
    String key = request.containerId() + "/" + request.execId();
    Run run = kernel.create(key, false);
    FakeStreams streams = new FakeStreams();
    run.streams.add(streams);
    kernel.start(key);
    return new ExecHandle(new Process(run.pid, run.ticks), Optional.of(streams));
  }

  @Override
  public Observation observeExec(String containerId, String execId) {
    return observe(containerId + "/" + execId);
  }

  @Override
  public void deleteExec(String containerId, String execId) {
    kernel.waiting.remove(containerId + "/" + execId);
    kernel.delete(containerId + "/" + execId);
  }

  @Override
  public List<String> execs(String containerId) {
    return kernel.waiting.stream()
        .filter(key -> key.startsWith(containerId + "/"))
        .map(key -> key.substring(key.indexOf('/') + 1))
        .toList();
  }

  @Override
  public StandardStreams openStreams(String containerId) throws IOException {
    Run run = kernel.run(containerId);
    if (run == null) {
      throw new IOException("no such run");
    }
    FakeStreams streams = new FakeStreams();
    synchronized (kernel) {
      run.streams.add(streams);
    }
    return streams;
  }

  @Override
  public boolean resize(String containerId, int height, int width) {
    if (kernel.terminalsGone) {
      return false;
    }
    kernel.journal.add("resize " + containerId + " " + height + "x" + width);
    return true;
  }

  @Override
  public boolean resizeExec(String containerId, String execId, int height, int width) {
    return resize(containerId + "/" + execId, height, width);
  }

  @Override
  public void watchExits(BiConsumer<String, Exit> listener) {
    kernel.watch(listener);
  }

  @Override
  public void watchOutOfMemory(Consumer<String> listener) {
    kernel.watchOutOfMemory(listener);
  }

  @Override
  public List<Integer> processes(String containerId) {
    return List.of(kernel.run(containerId).pid);
  }

  @Override
  public boolean reopenLog(String containerId) {
    return kernel.reopen(containerId);
  }

  @Override
  public Path logPath(String containerId) {
    return Path.of("/logs", containerId);
  }
}
