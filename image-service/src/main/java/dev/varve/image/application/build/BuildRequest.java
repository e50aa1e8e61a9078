package dev.varve.image.application.build;

import dev.varve.image.application.Credentials;
import java.util.List;
import java.util.Map;

/**
 * The parameters of {@code POST /build}.
 *
 * @param dockerfile within the context; empty for {@code Dockerfile}
 * @param remote URL of the context; empty when it is sent
 * @param args with a value
 * @param cancelId by which others can end it; may be empty
 * @param credentials by registry host
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
    Map<String, Credentials> credentials) {

  public BuildRequest {
    tags = List.copyOf(tags);
    cacheFrom = List.copyOf(cacheFrom);
    args = Map.copyOf(args);
    labels = Map.copyOf(labels);
    credentials = Map.copyOf(credentials);
  }

  String dockerfilePath() {
    return dockerfile.isEmpty() ? "Dockerfile" : String.join("/", FileTree.parts(dockerfile));
  }
}
