package dev.varve.image.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Dockerfiles for tests. */
final class Files {
  static final BuildArguments NO_ARGUMENTS = arguments(Map.of());

  private Files() {}

  static Dockerfile parse(String text) {
    return DockerfileParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The only instruction of a stage. */
  static <I extends Instruction> I one(Class<I> type, String text) {
    Dockerfile file = parse("FROM base\n" + text);
    return type.cast(file.stages().getFirst().instructions().getFirst());
  }

  static BuildArguments arguments(Map<String, String> given) {
    return new BuildArguments(given, "linux/amd64", "linux/arm/v7", "", NamedContexts.NONE);
  }

  static BuildArguments target(String target) {
    return new BuildArguments(Map.of(), "linux/amd64", "linux/amd64", target, NamedContexts.NONE);
  }

  static String expanded(String text, Map<String, String> variables) {
    try {
      return new Expansion('\\', Variables.of(variables)).word(text);
    } catch (Malformed e) {
      return "error: " + e.reason().replaceFirst("failed to process \"(.*)\": ", "");
    }
  }

  static Scope scope(Map<String, String> given, String head, String... env) {
    Dockerfile file = parse(head + "\nFROM base\n");
    return Scope.of(Globals.of(file, arguments(given)), java.util.List.of(env));
  }

  static CheckInput input() {
    return new CheckInput(
        PathPatterns.NONE,
        step -> Optional.of(new CheckInput.BaseImage(java.util.List.of(), false, Optional.empty())),
        text -> !text.isEmpty() && !text.endsWith(":"));
  }
}
