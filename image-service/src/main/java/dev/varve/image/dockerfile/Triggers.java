package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Locale;

/** ONBUILD triggers where they go off. */
final class Triggers {
  private Triggers() {}

  /**
   * @param range of the FROM that sets it off, where its mistakes are told
   * @throws DockerfileException when it is no instruction, or one that may be no trigger
   */
  static Instruction parse(String text, SourceRange range) {
    try {
      Instruction instruction = DockerfileParser.parseTrigger(text, range);
      refuse(instruction, range);
      return instruction;
    } catch (DockerfileException e) {
      throw new DockerfileException(e.reason(), range.start(), "");
    }
  }

  private static void refuse(Instruction instruction, SourceRange range) {
    String name = instruction.source().keyword().toUpperCase(Locale.ROOT);
    switch (instruction) {
      case Instruction.OnBuild _ ->
          throw new DockerfileException(
              "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", range.start(), "");
      case Instruction.From _, Instruction.Maintainer _ ->
          throw new DockerfileException(
              name + " isn't allowed as an ONBUILD trigger", range.start(), "");
      default -> {}
    }
  }

  /** Those that a stage of the same file sets off in one that is based on it. */
  static List<Instruction> of(Stage base, SourceRange range) {
    return base.instructions().stream()
        .filter(Instruction.OnBuild.class::isInstance)
        .map(Instruction.OnBuild.class::cast)
        .map(onBuild -> parse(onBuild.trigger(), range))
        .toList();
  }
}
