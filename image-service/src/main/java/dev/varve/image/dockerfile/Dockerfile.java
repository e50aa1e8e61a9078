package dev.varve.image.dockerfile;

import java.util.List;

/**
 * A parsed file: syntactically right, nothing expanded, nothing looked up.
 *
 * @param text all of it
 * @param globalArgs those before the first FROM
 * @param stages at least one
 * @param emptyContinuations last lines of instructions that are continued over an empty one
 */
public record Dockerfile(
    String text,
    Directives directives,
    List<Instruction.Arg> globalArgs,
    List<Stage> stages,
    List<SourceRange> emptyContinuations) {
  public Dockerfile {
    globalArgs = List.copyOf(globalArgs);
    stages = List.copyOf(stages);
    emptyContinuations = List.copyOf(emptyContinuations);
  }

  /** The lines around a place with a pointer to it, each ended by a line feed. */
  public String excerpt(Position position) {
    return Excerpt.of(text, position);
  }
}
