package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;

/** ADD: as COPY, and from elsewhere. Any thread, each stage's by one. */
final class RemoteSources {
  private final CopyStep copies;

  RemoteSources(CopyStep copies) {
    this.copies = copies;
  }

  /**
   * @return true when the cache had it
   */
  boolean add(
      Build build, StageState state, StepPlace place, FileTree context, Instruction.Add add)
      throws IOException, InterruptedException {
    for (String path : add.transfer().paths()) {
      if (path.matches("(?i)(https?|git|ssh)://.*|git@.*")) {
        throw new StepFailure("ADD of " + path + " is not supported");
      }
    }
    return copies.carryOut(
        build,
        state,
        place,
        new CopyStep.Order(
            "ADD",
            add.transfer(),
            context,
            false,
            false,
            add.unpack().orElse(true),
            path -> new StepFailure(StageBuild.missing(path).text().replaceFirst("COPY", "ADD"))));
  }
}
