package dev.varve.image.application.build;

import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Plan;
import dev.varve.image.dockerfile.Stage;
import java.util.List;
import java.util.Optional;

/**
 * Names of one stage's steps as BuildKit's users know them, {@code [build 2/3] RUN make}: only what
 * makes files counts, and the stage is named where there are several. One thread.
 */
final class StepNames {
  private final String prefix;
  private final int total;
  private int count;

  /**
   * @param instructions all behind the FROM
   */
  StepNames(Plan plan, Stage stage, List<Instruction> instructions) {
    this.prefix = plan.file().stages().size() > 1 ? stage.displayName() + " " : "";
    this.total = 1 + (int) instructions.stream().filter(StepNames::makesFiles).count();
  }

  /** The next one's; empty when it has none. */
  Optional<String> next(Instruction instruction) {
    if (!makesFiles(instruction) && !(instruction instanceof Instruction.From)) {
      return Optional.empty();
    }
    count++;
    return Optional.of("[%s%d/%d] %s".formatted(prefix, count, total, instruction.source().text()));
  }

  private static boolean makesFiles(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run _, Instruction.Copy _, Instruction.Add _, Instruction.Workdir _ -> true;
      case Instruction.From _,
          Instruction.Arg _,
          Instruction.Env _,
          Instruction.Label _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Expose _,
          Instruction.User _,
          Instruction.Volume _,
          Instruction.StopSignal _,
          Instruction.Shell _,
          Instruction.HealthCheck _,
          Instruction.OnBuild _,
          Instruction.Maintainer _ ->
          false;
    };
  }
}
