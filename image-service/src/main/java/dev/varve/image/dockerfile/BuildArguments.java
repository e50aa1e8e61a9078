package dev.varve.image.dockerfile;

import java.util.Map;

/**
 * What a build was given and where it runs.
 *
 * @param given {@code --build-arg}; those without a value are left out
 * @param buildPlatform where steps run: {@code linux/amd64}
 * @param targetPlatform what is built for: {@code linux/arm/v7}
 * @param target the stage to build, as asked for: a name or a number; empty for the last
 */
public record BuildArguments(
    Map<String, String> given,
    String buildPlatform,
    String targetPlatform,
    String target,
    NamedContexts contexts) {
  public BuildArguments {
    given = Map.copyOf(given);
  }
}
