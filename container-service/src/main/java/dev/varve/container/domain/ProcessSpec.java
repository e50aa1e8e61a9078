package dev.varve.container.domain;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the container's first process is: Docker's Config with the image's defaults merged in.
 *
 * @param env {@code NAME=value} entries in order
 * @param workingDir empty means /
 * @param user as given: "", "user", "uid", "user:group", "uid:gid"
 * @param stopSignal name or number as given; empty means SIGTERM
 * @param stopTimeout seconds; absent means Docker's default of 10
 */
public record ProcessSpec(
    List<String> entrypoint,
    List<String> cmd,
    List<Secret> env,
    String workingDir,
    String user,
    boolean tty,
    boolean openStdin,
    boolean stdinOnce,
    boolean attachStdin,
    boolean attachStdout,
    boolean attachStderr,
    String stopSignal,
    OptionalInt stopTimeout) {
  public ProcessSpec {
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    env = List.copyOf(env);
  }

  /** The same with another environment. */
  public ProcessSpec with(List<Secret> environment) {
    return new ProcessSpec(
        entrypoint,
        cmd,
        environment,
        workingDir,
        user,
        tty,
        openStdin,
        stdinOnce,
        attachStdin,
        attachStdout,
        attachStderr,
        stopSignal,
        stopTimeout);
  }
}
