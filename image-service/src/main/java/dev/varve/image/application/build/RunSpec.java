package dev.varve.image.application.build;

import dev.varve.image.domain.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The container of one RUN.
 *
 * @param command all of it, the shell with it
 * @param env {@code NAME=value}; never recorded in the clear
 * @param networkMode as {@code docker run --network} takes it
 * @param tmpfs options by target
 * @param keep it stays when its step is over
 */
public record RunSpec(
    String buildId,
    String containerId,
    Digest imageId,
    List<String> command,
    List<String> env,
    String user,
    String workingDir,
    String networkMode,
    List<Volume> volumes,
    List<Bind> binds,
    Map<String, String> tmpfs,
    RunLimits limits,
    boolean keep) {

  public RunSpec {
    command = List.copyOf(command);
    env = List.copyOf(env);
    volumes = List.copyOf(volumes);
    binds = List.copyOf(binds);
    tmpfs = Map.copyOf(tmpfs);
  }

  /**
   * A named volume in the container.
   *
   * @param filled a new one takes over what the image has at the target
   */
  public record Volume(String name, String target, boolean readOnly, boolean filled) {}

  /** A file of this host in the container. */
  public record Bind(Path source, String target, boolean readOnly) {}

  /** Says nothing of its environment. */
  @Override
  public String toString() {
    return "RunSpec[" + containerId + "]";
  }
}
