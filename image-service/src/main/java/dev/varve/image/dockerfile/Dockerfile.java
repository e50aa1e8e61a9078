package dev.varve.image.dockerfile;

import java.util.List;

/**
 * A parsed file: syntactically right, nothing expanded, nothing looked up.
 *
 * @param globalArgs those before the first FROM
 * @param stages at least one
 * @param emptyContinuations of instructions that are continued over an empty line
 */
public record Dockerfile(
    Directives directives,
    List<Instruction.Arg> globalArgs,
    List<Stage> stages,
    List<SourceRange> emptyContinuations) {
  public Dockerfile {
    globalArgs = List.copyOf(globalArgs);
    stages = List.copyOf(stages);
    emptyContinuations = List.copyOf(emptyContinuations);
  }
}
