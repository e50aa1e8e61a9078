package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which stages a build needs, what each is based on and waits for. Immutable.
 *
 * @param globals what FROM sees
 * @param steps the needed stages in the file's order: each behind all it depends on
 * @param target index of the stage to build
 */
public record Plan(Dockerfile file, Scope globals, List<Step> steps, int target) {
  /**
   * A needed stage.
   *
   * @param platform of FROM, expanded
   * @param triggers ONBUILD of the base, to run before the stage's own instructions
   * @param needs indexes of stages that must be built before: base, COPY --from and mounts. Two
   *     stages of which neither needs the other (even through others) may run at the same time
   */
  public record Step(
      Stage stage,
      Origin base,
      Optional<String> platform,
      List<Instruction> triggers,
      Set<Integer> needs) {}

  /** Where files come from: a FROM, a {@code --from} or a mount's {@code from}. */
  public sealed interface Origin {
    /** Of this file. */
    record OfStage(int index) implements Origin {}

    /** A reference, not yet checked. */
    record OfImage(String reference) implements Origin {}

    /** Nothing at all. */
    record Scratch() implements Origin {}
  }

  /**
   * @throws DockerfileException for an unknown target, a source that comes later, a base that is
   *     empty
   */
  public static Plan of(Dockerfile file, BuildArguments arguments) {
    throw new UnsupportedOperationException();
  }

  /**
   * This, when the base image of a stage turns out to have triggers: they may need further stages.
   *
   * @param onBuild of the image's configuration
   * @throws DockerfileException when one is not allowed or names what is not there
   */
  public Plan withTriggers(int stage, List<String> onBuild) {
    throw new UnsupportedOperationException();
  }

  /**
   * What {@code --from} or a mount's {@code from} means in a stage.
   *
   * @throws DockerfileException for a stage that does not come before
   */
  public Origin origin(Stage asking, String from) {
    throw new UnsupportedOperationException();
  }

  /** Given build arguments that no ARG of a needed stage or of the head declares, sorted. */
  public List<String> unconsumed() {
    throw new UnsupportedOperationException();
  }
}
