package dev.varve.container.application;

import dev.varve.container.domain.ContainerSpec;
import dev.varve.container.domain.Resources;
import dev.varve.container.domain.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The OCI runtime and its monitor, as the use cases need them.
 *
 * <p>Lifecycle of a run: {@link #create} (bundle written, monitor running, the runtime's init
 * waiting before exec), {@link #openStreams} if somebody is attached, {@link #start} (the program
 * runs), its end reported to the listener given to {@link #watchExits}, {@link #delete}. A run
 * survives the death of this process: {@link #observe} tells what has become of it.
 *
 * <p>All methods may be called from any thread, block, and are idempotent where that makes sense.
 */
public interface ContainerRuntime {

  /**
   * @param linked variables that tell of others it links to; its own come after them
   * @param rootPath the mounted root file system
   * @param networkNamespace path to join; empty for the host's (network mode host)
   * @param hostname already defaulted
   * @param pidDonor whose processes it sees as well as its own
   * @param ipcDonor with whom it shares System V and POSIX objects and /dev/shm
   */
  record RunRequest(
      String containerId,
      ContainerSpec spec,
      List<Secret> linked,
      Path rootPath,
      Optional<Path> networkNamespace,
      String hostname,
      Path resolvConf,
      Path hosts,
      Path hostnameFile,
      List<MountSources.Ready> mounts,
      String rootPropagation,
      Optional<Donor> pidDonor,
      Optional<Donor> ipcDonor) {
    public RunRequest {
      linked = List.copyOf(linked);
      mounts = List.copyOf(mounts);
    }
  }

  /**
   * A running container whose namespace another joins.
   *
   * @param pid of its first process
   */
  record Donor(String containerId, int pid) {}

  /**
   * A process that the kernel shows.
   *
   * @param startTicks field 22 of /proc/PID/stat: tells it from a later one of the same number
   */
  record Process(int pid, long startTicks) {}

  /**
   * @param linked as of {@link RunRequest}
   */
  record ExecRequest(
      String execId,
      String containerId,
      ContainerSpec spec,
      List<Secret> linked,
      Path rootPath,
      List<String> cmd,
      List<Secret> env,
      String workingDir,
      String user,
      boolean tty,
      boolean stdin,
      boolean privileged,
      int consoleHeight,
      int consoleWidth) {}

  /** How a run or exec ended. */
  record Exit(int exitCode, Instant finishedAt, boolean oomKilled, Known known) {
    /** Whether the exit code is the program's own. */
    public enum Known {
      YES,
      MONITOR_LOST,
      NODE_RESTARTED
    }

    /** Empty when all is known. */
    public String error() {
      return switch (known) {
        case YES -> "";
        case MONITOR_LOST -> "the exit code is lost: the container's monitor ended before it";
        case NODE_RESTARTED -> "the host was restarted while the container ran";
      };
    }
  }

  /** What the kernel and the monitor's files say about a run or exec. */
  sealed interface Observation {
    /** No monitor, process, or exit file: never made, or already deleted. */
    record Absent() implements Observation {}

    /** Created, the program not yet started. */
    record Created(Process process) implements Observation {}

    record Running(Process process) implements Observation {}

    record Ended(Exit exit) implements Observation {}
  }

  /**
   * Makes the bundle and lets the runtime create the container. On refusal nothing is left behind.
   *
   * @throws RuntimeRefusedException with the runtime's own words
   */
  Process create(RunRequest request) throws IOException;

  /**
   * Lets the created container's program run.
   *
   * @throws RuntimeRefusedException when the program cannot be executed (127 not found, 126 not
   *     executable)
   */
  void start(String containerId) throws IOException;

  /** Sends a signal to the first process; false when there is none any more. */
  boolean signal(String containerId, int signal) throws IOException;

  /** Freezes all processes of a running container; returns when they are. */
  void pause(String containerId) throws IOException;

  /**
   * Bounds a running container by these resources, all of them; may be repeated.
   *
   * @throws IOException with the runtime's or the kernel's own words
   */
  void update(String containerId, Resources resources) throws IOException;

  /** Lets all processes go on; none frozen is success. */
  void unpause(String containerId) throws IOException;

  /** Kills what is left and removes runtime state, cgroup, bundle, exit file and sockets. */
  void delete(String containerId) throws IOException;

  /** Looks; changes nothing. */
  Observation observe(String containerId) throws IOException;

  /**
   * Gets ready all that a command in the container needs but the container itself, which is not
   * touched: what was prepared when the engine died never runs, and {@link #deleteExec} removes it.
   *
   * @throws RuntimeRefusedException with the runtime's own words
   */
  PreparedExec prepareExec(ExecRequest request) throws IOException;

  /** To be run once, or closed. */
  interface PreparedExec extends AutoCloseable {
    /**
     * Joins the container and runs the command, its streams attached before it can write.
     *
     * @throws RuntimeRefusedException with the runtime's own words
     */
    ExecHandle run() throws IOException;

    /** Removes what was not run. */
    @Override
    void close() throws IOException;
  }

  /** An exec whose program may have begun; the streams were attached before it could write. */
  record ExecHandle(Process process, Optional<StandardStreams> streams) {}

  Observation observeExec(String containerId, String execId) throws IOException;

  void deleteExec(String containerId, String execId) throws IOException;

  /** Ids of the container's execs of which anything is there: prepared, running or ended. */
  List<String> execs(String containerId) throws IOException;

  /** Connects to the monitor's attach socket of a created or running container. */
  StandardStreams openStreams(String containerId) throws IOException;

  /** Sets the terminal's size; false when the run has ended. */
  boolean resize(String containerId, int height, int width) throws IOException;

  /** Like {@link #resize}. */
  boolean resizeExec(String containerId, String execId, int height, int width) throws IOException;

  /**
   * Reports each end of a run ({@code (containerId, exit)}) or exec ({@code (containerId + "/" +
   * execId, exit)}), at least once, on a thread of the runtime's own; begins with those that ended
   * while nobody watched.
   */
  void watchExits(BiConsumer<String, Exit> listener);

  /**
   * Reports that the kernel killed something in a container for its memory, on a thread of the
   * runtime's own; again, maybe, and without waiting for the end of the run.
   */
  void watchOutOfMemory(Consumer<String> listener);

  /** Pids of all processes in the container's cgroup. */
  List<Integer> processes(String containerId) throws IOException;

  /**
   * Tells the monitor to begin a new log file, when the old one has been set aside; were it still
   * there, what is in it would be lost. To be repeated until the new file is there.
   *
   * @return false when no monitor listens
   */
  boolean reopenLog(String containerId) throws IOException;

  /** The file the monitor writes the container's output to. */
  Path logPath(String containerId);
}
