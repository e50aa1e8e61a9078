package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Map;

/** RUN. */
final class RunReader {
  private static final Map<String, Flags.Kind> FLAGS =
      Map.of(
          "mount", Flags.Kind.TEXTS,
          "network", Flags.Kind.TEXT,
          "security", Flags.Kind.TEXT,
          "device", Flags.Kind.TEXTS);

  private RunReader() {}

  static Instruction read(Clause clause, Source source, List<HereDocument> documents) {
    Flags flags = Flags.read(clause, FLAGS);
    flags.all("device").stream()
        .findFirst()
        .ifPresent(device -> {
          throw clause.refusal(device.offset(), "RUN --device is not supported");
        });
    CommandLine command =
        clause
            .execForm()
            .<CommandLine>map(CommandLine.ExecForm::new)
            .orElseGet(() -> new CommandLine.ShellForm(clause.rest(), documents));
    for (Words.Word mount : flags.all("mount")) {
      check(clause, mount);
    }
    return new Instruction.Run(
        source, command, flags.texts("mount"), network(clause, flags), security(clause, flags));
  }

  /** What has no variables can be refused before anything is built. */
  private static void check(Clause clause, Words.Word mount) {
    try {
      MountReader.from(mount.text());
      if (mount.text().indexOf('$') < 0) {
        MountReader.read(mount.text(), value -> value);
      }
    } catch (Malformed e) {
      throw clause.refusal(mount.offset(), e.reason());
    }
  }

  private static Instruction.Network network(Clause clause, Flags flags) {
    String value = flags.text("network").orElse("default");
    return switch (value) {
      case "default" -> Instruction.Network.DEFAULT;
      case "none" -> Instruction.Network.NONE;
      case "host" -> Instruction.Network.HOST;
      default ->
          throw clause.refusal(
              flags.all("network").getFirst().offset(), "invalid network mode " + Quoted.of(value));
    };
  }

  private static Instruction.Security security(Clause clause, Flags flags) {
    String value = flags.text("security").orElse("sandbox");
    return switch (value) {
      case "sandbox" -> Instruction.Security.SANDBOX;
      case "insecure" -> Instruction.Security.INSECURE;
      default ->
          throw clause.refusal(
              flags.all("security").getFirst().offset(),
              "security " + Quoted.of(value) + " is not valid");
    };
  }
}
