package dev.varve.image.dockerfile;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds stages by what people call them, whatever the case. */
final class StageNames {
  private static final String SCRATCH = "scratch";
  private static final int MAX_DIGITS = 9;

  private final List<Stage> stages;
  private final NamedContexts contexts;
  private final Map<String, TreeSet<Integer>> byName = new HashMap<>();

  StageNames(Dockerfile file, NamedContexts contexts) {
    this.contexts = contexts;
    this.stages = file.stages();
    for (Stage stage : stages) {
      stage
          .name()
          .ifPresent(n -> byName.computeIfAbsent(n, k -> new TreeSet<>()).add(stage.index()));
    }
  }

  /** The nearest one of that name that comes before. */
  private Optional<Integer> before(String name, int index) {
    TreeSet<Integer> found = byName.get(name.toLowerCase(Locale.ROOT));
    return found == null ? Optional.empty() : Optional.ofNullable(found.lower(index));
  }

  /**
   * @throws DockerfileException when there is none
   */
  int target(String name) {
    return before(name, stages.size())
        .or(() -> number(name).filter(index -> index < stages.size()))
        .orElseThrow(() -> {
          String message = "target stage " + Quoted.of(name) + " could not be found";
          return new DockerfileException(
              Suggestion.with(message, name, new TreeSet<>(byName.keySet())));
        });
  }

  Plan.Origin base(Stage stage, String image) {
    return named(stage, image);
  }

  private Plan.Origin named(Stage stage, String name) {
    Optional<Plan.Origin> context = contexts.find(name);
    if (context.isPresent()) {
      return context.get();
    }
    if (name.equalsIgnoreCase(SCRATCH)) {
      return new Plan.Origin.Scratch();
    }
    return before(name, stage.index())
        .<Plan.Origin>map(Plan.Origin.OfStage::new)
        .orElseGet(() -> new Plan.Origin.OfImage(name));
  }

  Plan.Origin copied(Stage stage, Instruction copy, String from) {
    if (!new Expansion(DirectiveReader.DEFAULT_ESCAPE, Variables.NONE).isPlain(from)) {
      throw refusal(
          copy,
          "variable expansion is not supported for --from, define a new stage with FROM using ARG"
              + " from global scope as a workaround");
    }
    Optional<Integer> number = number(from);
    if (number.isPresent()) {
      int index = number.get();
      if (index >= stages.size()) {
        throw refusal(copy, "invalid stage index " + index);
      }
      checkBefore(stage, copy, index, from);
      return new Plan.Origin.OfStage(index);
    }
    Plan.Origin origin = named(stage, from);
    if (origin instanceof Plan.Origin.OfImage && contexts.find(from).isEmpty()) {
      later(from).ifPresent(index -> checkBefore(stage, copy, index, from));
    }
    return origin;
  }

  Plan.Origin mounted(Stage stage, Instruction run, String from) {
    Plan.Origin origin = named(stage, from);
    if (origin instanceof Plan.Origin.OfImage && contexts.find(from).isEmpty()) {
      later(from).ifPresent(index -> checkBefore(stage, run, index, from));
    }
    return origin;
  }

  private Optional<Integer> later(String name) {
    return before(name, stages.size());
  }

  private void checkBefore(Stage stage, Instruction instruction, int index, String from) {
    if (index == stage.index()) {
      throw refusal(instruction, "circular dependency detected on stage: " + stage.displayName());
    }
    if (index > stage.index()) {
      String verb = instruction instanceof Instruction.Run ? "mount" : "copy";
      throw refusal(
          instruction,
          "cannot "
              + verb
              + " from stage "
              + Quoted.of(from)
              + ", it needs to be defined before current stage "
              + Quoted.of(stage.displayName()));
    }
  }

  private static Optional<Integer> number(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static DockerfileException refusal(Instruction instruction, String reason) {
    return Expansion.refusal(instruction, new Malformed(reason));
  }
}
