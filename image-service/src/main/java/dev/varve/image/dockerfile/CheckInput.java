package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What checks ask of the world outside of the file.
 *
 * @param ignored the context's ignore file
 * @param images base images of stages; empty for one that is not at hand, of which nothing is said
 *     then
 * @param isReference whether a text can name an image
 */
public record CheckInput(
    PathPatterns ignored,
    Function<Plan.Step, Optional<BaseImage>> images,
    Predicate<String> isReference) {

  /**
   * @param env of its configuration, {@code NAME=value}
   * @param hasShell whether its configuration has a SHELL
   * @param misfit if it is of another platform than the stage
   */
  public record BaseImage(List<String> env, boolean hasShell, Optional<Misfit> misfit) {}

  /**
   * @param actual the image's platform
   * @param expected the stage's
   */
  public record Misfit(String actual, String expected) {}
}
