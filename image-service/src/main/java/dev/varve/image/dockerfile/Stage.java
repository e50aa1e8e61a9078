package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * A FROM and what follows it.
 *
 * @param index from 0
 * @param instructions without the FROM
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** In lower case. */
  public Optional<String> name() {
    return from.stageName();
  }

  /** What messages call it. */
  public String displayName() {
    return name().orElse("stage-" + index);
  }

  /** From the FROM to the last instruction's end. */
  public SourceRange range() {
    Position end =
        instructions.isEmpty()
            ? from.source().range().end()
            : instructions.getLast().source().range().end();
    return new SourceRange(from.source().range().start(), end);
  }
}
