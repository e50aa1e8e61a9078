package dev.varve.image.application.build;

import dev.varve.image.dockerfile.CommandLine;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Invocation;
import dev.varve.image.domain.ConfigChanges;
import dev.varve.image.domain.RunConfig;
import java.util.List;
import java.util.stream.Collectors;

/** What an image's history says of a step: as Docker's classic builder writes it. */
final class HistoryText {
  private HistoryText() {}

  /** Of an instruction that runs nothing. */
  static String note(RunConfig config, String text) {
    return String.join(" ", ConfigChanges.shellOf(config)) + " #(nop) " + text;
  }

  /** Of an expanded instruction that changes the config alone. */
  static String of(RunConfig config, Instruction instruction) {
    return note(config, " " + text(config, instruction));
  }

  private static String text(RunConfig config, Instruction instruction) {
    return switch (instruction) {
      case Instruction.Env env -> "ENV " + pairs(env.pairs());
      case Instruction.Label label -> "LABEL " + pairs(label.pairs());
      case Instruction.Arg arg ->
          "ARG "
              + arg.declarations().stream()
                  .map(it -> it.name() + it.value().map(value -> "=" + value).orElse(""))
                  .collect(Collectors.joining(" "));
      case Instruction.Cmd cmd -> "CMD " + quoted(words(config, cmd.command()));
      case Instruction.Entrypoint entrypoint ->
          "ENTRYPOINT " + quoted(words(config, entrypoint.command()));
      case Instruction.Expose expose -> "EXPOSE " + String.join(" ", expose.ports());
      case Instruction.User user -> "USER " + user.user();
      case Instruction.Volume volume -> "VOLUME [" + String.join(" ", volume.paths()) + "]";
      case Instruction.StopSignal signal -> "STOPSIGNAL " + signal.signal();
      case Instruction.Shell shell -> "SHELL [" + String.join(" ", shell.words()) + "]";
      case Instruction.HealthCheck check -> "HEALTHCHECK " + quoted(check.test());
      case Instruction.OnBuild onBuild -> "ONBUILD " + onBuild.trigger();
      case Instruction.Maintainer maintainer -> "MAINTAINER " + maintainer.author();
      case Instruction.From _,
          Instruction.Run _,
          Instruction.Copy _,
          Instruction.Add _,
          Instruction.Workdir _ ->
          instruction.source().text();
    };
  }

  /** All words of a command, its shell with them. */
  static List<String> words(RunConfig config, CommandLine command) {
    return Invocation.of(command, ConfigChanges.shellOf(config)).words();
  }

  private static String pairs(List<Instruction.Pair> pairs) {
    return pairs.stream()
        .map(pair -> pair.key() + "=" + pair.value())
        .collect(Collectors.joining(" "));
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" ", "[", "]"));
  }
}
