package dev.varve.image.application.build;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of {@code POST /build}.
 *
 * @param dockerfile within the context; empty for {@code Dockerfile}
 * @param remote URL of the context; empty when it is sent
 * @param args with a value
 * @param cancelId by which others can end it; may be empty
 * @param steps the client is told of steps, not lines
 * @param given empty when the Dockerfile is in the context
 * @param directories names of further contexts, in the order in which they come
 * @param images references by other names
 */
public record BuildRequest(
    String dockerfile,
    List<String> tags,
    String remote,
    boolean quiet,
    boolean noCache,
    List<String> cacheFrom,
    boolean pull,
    boolean keepContainers,
    Map<String, String> args,
    Map<String, String> labels,
    String networkMode,
    String platform,
    String target,
    boolean squash,
    String cancelId,
    RunLimits limits,
    boolean steps,
    Optional<Given> given,
    List<String> directories,
    Map<String, String> images) {

  /**
   * A Dockerfile that is not the context's.
   *
   * @param ignore the ignore file that belongs to it; empty for the context's own
   */
  public record Given(byte[] dockerfile, Optional<byte[]> ignore) {}

  public BuildRequest {
    tags = List.copyOf(tags);
    cacheFrom = List.copyOf(cacheFrom);
    args = Map.copyOf(args);
    labels = Map.copyOf(labels);
    directories = List.copyOf(directories);
    images = Map.copyOf(images);
  }

  String dockerfilePath() {
    return dockerfile.isEmpty() ? "Dockerfile" : String.join("/", FileTree.parts(dockerfile));
  }
}
