package dev.varve.container.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * What happens to a container. Names ending in Requested are intents, recorded before their effect;
 * the others are observations, recorded after it.
 */
public sealed interface ContainerEvent extends DomainEvent {

  record Created(String containerId, String name, ContainerSpec spec, String node, long epoch)
      implements ContainerEvent {}

  record StartRequested(StartReason reason) implements ContainerEvent {}

  record Attached() implements ContainerEvent {}

  record Detached() implements ContainerEvent {}

  record NetworkConnected(NetworkAttachment attachment) implements ContainerEvent {}

  record NetworkDisconnected(String network, String networkId) implements ContainerEvent {}

  /**
   * @param pid 0 when the run was already over when it was found
   */
  record Started(int pid, Instant startedAt, long startTicks) implements ContainerEvent {}

  record StartFailed(int exitCode, String message) implements ContainerEvent {}

  record SignalRequested(int signal) implements ContainerEvent {}

  /**
   * @param timeoutSeconds -1 waits for ever
   */
  record StopRequested(int signal, int timeoutSeconds, StopPurpose purpose)
      implements ContainerEvent {}

  record Stopped() implements ContainerEvent {}

  /**
   * The intent to run again; recorded together with the end that it follows.
   *
   * @param attempt counts the policy's restarts; 0 for others
   * @param backOff from the end of the run before
   */
  record RestartScheduled(StartReason reason, int attempt, Duration backOff, Instant due)
      implements ContainerEvent {}

  /** It does not run again after all. */
  record RestartCancelled() implements ContainerEvent {}

  /** The kernel killed something in it for the memory it took. */
  record OutOfMemory() implements ContainerEvent {}

  /**
   * @param failingStreak probes that failed one after the other, up to this change
   */
  record HealthChanged(HealthStatus status, int failingStreak) implements ContainerEvent {}

  record PauseRequested(PauseReason reason) implements ContainerEvent {}

  record Paused() implements ContainerEvent {}

  record UnpauseRequested() implements ContainerEvent {}

  record Unpaused() implements ContainerEvent {}

  /**
   * @param error not empty when the exit code could not be learnt
   */
  record Exited(int exitCode, Instant finishedAt, boolean oomKilled, String error, ExitCause cause)
      implements ContainerEvent {
    /** As seen, before anybody asked why. */
    public Exited(int exitCode, Instant finishedAt, boolean oomKilled, String error) {
      this(exitCode, finishedAt, oomKilled, error, ExitCause.UNKNOWN);
    }

    /** The clock of files is coarser than the one that told the beginning. */
    Exited notBefore(Instant start) {
      return finishedAt.isBefore(start)
          ? new Exited(exitCode, start, oomKilled, error, cause)
          : this;
    }

    Exited because(ExitCause why) {
      return new Exited(exitCode, finishedAt, oomKilled, error, why);
    }
  }

  /** Somebody took the whole file system away as an archive. */
  record Exported() implements ContainerEvent {}

  /** Somebody copied files out of it. */
  record ArchiveRead(String path) implements ContainerEvent {}

  /** Somebody copied files into a directory of it. */
  record ArchiveExtracted(String path) implements ContainerEvent {}

  /** Somebody had its processes listed. */
  record ProcessesListed() implements ContainerEvent {}

  record Renamed(String oldName, String newName) implements ContainerEvent {}

  /** The wish to bound a running container otherwise: by all of these. */
  record UpdateRequested(Resources resources, RestartPolicy restartPolicy)
      implements ContainerEvent {}

  record Updated(Resources resources, RestartPolicy restartPolicy) implements ContainerEvent {}

  /** The kernel would not; all is as it was. */
  record UpdateFailed(String message) implements ContainerEvent {}

  /** It calls another by this name no more. */
  record LinkRemoved(String alias) implements ContainerEvent {}

  record Resized(int height, int width) implements ContainerEvent {}

  record RootFilesystemMissing(String rootPath) implements ContainerEvent {}

  record RemoveRequested(boolean force, boolean volumes) implements ContainerEvent {}

  record Removed() implements ContainerEvent {}
}
