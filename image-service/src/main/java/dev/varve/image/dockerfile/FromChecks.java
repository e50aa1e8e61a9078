package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks of what the FROMs' variables come to. */
final class FromChecks {
  private static final String TARGET_PLATFORM = "TARGETPLATFORM";

  private final Dockerfile file;
  private final Globals globals;
  private final CheckInput input;
  private final Findings findings;

  FromChecks(Dockerfile file, Globals globals, CheckInput input, Findings findings) {
    this.file = file;
    this.globals = globals;
    this.input = input;
    this.findings = findings;
  }

  void run() {
    defaults();
    for (Stage stage : file.stages()) {
      Instruction.From from = stage.from();
      RecordedVariables image = recorded(from.image());
      undeclared(from, image.missing());
      from.platform().ifPresent(text -> platform(stage, text));
    }
  }

  private RecordedVariables recorded(String text) {
    RecordedVariables variables = new RecordedVariables(globals);
    variables.expand(globals.escape(), text);
    return variables;
  }

  private void undeclared(Instruction.From from, Set<String> names) {
    List<String> known = new ArrayList<>(globals.declared());
    known.addAll(globals.names());
    for (String name : names) {
      if (!known.contains(name)) {
        String message = "FROM argument '" + name + "' is not declared";
        findings.add(
            Check.UNDEFINED_ARG_IN_FROM, from.source(), Suggestion.with(message, name, known));
      }
    }
  }

  private void platform(Stage stage, String text) {
    Instruction.From from = stage.from();
    RecordedVariables variables = recorded(text);
    undeclared(from, variables.missing());
    String platform = variables.result().orElse("");
    if (variables.found().equals(Set.of(TARGET_PLATFORM))
        && variables.missing().isEmpty()
        && globals.value(TARGET_PLATFORM).equals(variables.result())) {
      findings.add(
          Check.REDUNDANT_TARGET_PLATFORM,
          from.source(),
          "Setting platform to predefined "
              + text
              + " in FROM is redundant as this is the default behavior");
    }
    if (variables.found().isEmpty() && variables.missing().isEmpty() && isOdd(stage, platform)) {
      findings.add(
          Check.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          from.source(),
          "FROM --platform flag should not use constant value " + Quoted.of(platform));
    }
  }

  /** A stage that is named for its platform is meant for one. */
  private static boolean isOdd(Stage stage, String platform) {
    String[] parts = platform.split("/", -1);
    String name = stage.name().orElse("");
    return !platform.isEmpty()
        && !name.contains(parts[0])
        && (parts.length < 2 || !name.contains(parts[1]));
  }

  /** Whether bases are named when no build arguments are given. */
  private void defaults() {
    BuildArguments given = globals.arguments();
    BuildArguments none =
        new BuildArguments(
            Map.of(),
            given.buildPlatform(),
            given.targetPlatform(),
            given.target(),
            given.contexts());
    Variables defaults;
    try {
      defaults = Globals.of(file, none);
    } catch (DockerfileException e) {
      return;
    }
    for (Stage stage : file.stages()) {
      Instruction.From from = stage.from();
      RecordedVariables variables = new RecordedVariables(defaults);
      variables.expand(globals.escape(), from.image());
      Optional<String> image = variables.result();
      if (image.isPresent() && !input.isReference().test(image.get())) {
        findings.add(
            Check.INVALID_DEFAULT_ARG_IN_FROM,
            from.source().range(),
            "Default value for ARG "
                + from.image()
                + " results in empty or invalid base image name");
      }
    }
  }
}
