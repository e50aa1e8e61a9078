package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Instruction;

/** Instructions that change what the image gives to its containers, and no file. */
final class ConfigSteps {
  private ConfigSteps() {}

  /** Carries out an expanded instruction, and notes it in the history. */
  static void carryOut(StageState state, Instruction instruction) {
    String history = HistoryText.of(state.config(), instruction);
    state.scope().apply(instruction);
    state.changes().apply(instruction);
    if (instruction instanceof Instruction.Maintainer maintainer) {
      state.setAuthor(maintainer.author());
    }
    state.note(history);
  }
}
