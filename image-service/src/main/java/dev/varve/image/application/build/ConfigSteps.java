package dev.varve.image.application.build;

import dev.varve.image.dockerfile.CommandLine;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.domain.ChangeInstruction;
import dev.varve.image.domain.RunConfig;
import java.util.List;

/** Instructions that change what the image gives to its containers, and no file. */
final class ConfigSteps {
  private ConfigSteps() {}

  /** Carries out an expanded instruction, and notes it in the history. */
  static void carryOut(StageState state, Instruction instruction) {
    RunConfig config = state.config();
    String history = HistoryText.of(config, instruction);
    switch (instruction) {
      case Instruction.Env env -> {
        state.scope().apply(env);
        env.pairs().forEach(pair -> config.setEnv(pair.key(), pair.value()));
      }
      case Instruction.Arg arg -> state.scope().apply(arg);
      case Instruction.Label label ->
          label.pairs().forEach(pair -> config.setLabel(pair.key(), pair.value()));
      case Instruction.Cmd cmd -> {
        config.setCmd(HistoryText.words(config, cmd.command()));
        state.setCmdSet();
      }
      case Instruction.Entrypoint entrypoint -> entrypoint(state, entrypoint.command());
      case Instruction.Expose expose ->
          ChangeInstruction.apply(config, "EXPOSE " + String.join(" ", expose.ports()));
      case Instruction.User user -> config.setUser(user.user());
      case Instruction.Volume volume -> volume.paths().forEach(config::addVolume);
      case Instruction.StopSignal signal ->
          ChangeInstruction.apply(config, "STOPSIGNAL " + signal.signal());
      case Instruction.Shell shell -> config.setShell(shell.words());
      case Instruction.HealthCheck check ->
          config.setHealthCheck(
              new RunConfig.HealthCheck(
                  check.test(),
                  check.intervalNanos(),
                  check.timeoutNanos(),
                  check.startPeriodNanos(),
                  check.startIntervalNanos(),
                  check.retries()));
      case Instruction.OnBuild onBuild -> config.addOnBuild(onBuild.trigger());
      case Instruction.Maintainer maintainer -> state.setAuthor(maintainer.author());
      case Instruction.From _,
          Instruction.Run _,
          Instruction.Copy _,
          Instruction.Add _,
          Instruction.Workdir _ ->
          throw new IllegalArgumentException(instruction.name() + " is no step of its config");
    }
    state.note(history);
  }

  private static void entrypoint(StageState state, CommandLine command) {
    RunConfig config = state.config();
    List<String> words = HistoryText.words(config, command);
    config.setEntrypoint(words);
    // The image's own was meant for the entrypoint that it had.
    if (!state.isCmdSet()) {
      config.forgetCmd();
    }
  }
}
