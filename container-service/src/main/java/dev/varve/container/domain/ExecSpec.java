package dev.varve.container.domain;

import java.util.List;

/**
 * What was asked for when an exec was created.
 *
 * @param env additions to the container's own
 * @param workingDir empty means the container's
 * @param user empty means the container's
 */
public record ExecSpec(
    List<String> cmd,
    List<Secret> env,
    String workingDir,
    String user,
    boolean tty,
    boolean attachStdin,
    boolean attachStdout,
    boolean attachStderr,
    boolean privileged,
    String detachKeys) {
  public ExecSpec {
    cmd = List.copyOf(cmd);
    env = List.copyOf(env);
  }

  /** The same with another environment. */
  public ExecSpec with(List<Secret> environment) {
    return new ExecSpec(
        cmd,
        environment,
        workingDir,
        user,
        tty,
        attachStdin,
        attachStdout,
        attachStderr,
        privileged,
        detachKeys);
  }
}
