package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which stages a build needs, what each is based on and waits for. Immutable. */
public final class Plan {
  private final Dockerfile file;
  private final Globals globals;
  private final StageNames names;
  private final Map<Integer, List<Instruction>> imageTriggers;
  private final int target;
  private final List<Step> steps;

  private Plan(Dockerfile file, Globals globals, Map<Integer, List<Instruction>> imageTriggers) {
    this.file = file;
    this.globals = globals;
    this.names = new StageNames(file, globals.arguments().contexts());
    this.imageTriggers = Map.copyOf(imageTriggers);
    String wanted = globals.arguments().target();
    this.target = wanted.isEmpty() ? file.stages().size() - 1 : names.target(wanted);
    this.steps = new Planner(file, globals, names, imageTriggers).steps(List.of(target));
  }

  /**
   * A needed stage.
   *
   * @param platform of FROM, expanded
   * @param triggers ONBUILD of the base, to run before the stage's own instructions
   * @param needs indexes of stages that must be built before: base, COPY --from and mounts. Two
   *     stages of which neither needs the other, even through others, may run at the same time
   */
  public record Step(
      Stage stage,
      Origin base,
      Optional<String> platform,
      List<Instruction> triggers,
      Set<Integer> needs) {
    public Step {
      triggers = List.copyOf(triggers);
      needs = Set.copyOf(needs);
    }

    /** Triggers and own ones, without the FROM. */
    public List<Instruction> instructions() {
      List<Instruction> all = new ArrayList<>(triggers);
      all.addAll(stage.instructions());
      return all;
    }
  }

  /** Where files come from: a FROM, a {@code --from} or a mount's {@code from}. */
  public sealed interface Origin {
    /** Of this file. */
    record OfStage(int index) implements Origin {}

    /** A reference, not yet checked. */
    record OfImage(String reference) implements Origin {}

    /** A further context, by its name in lower case. */
    record OfDirectory(String name) implements Origin {}

    /** Nothing at all. */
    record Scratch() implements Origin {}
  }

  /**
   * @throws DockerfileException for an unknown target, a source that comes later, a base that is
   *     empty
   */
  public static Plan of(Dockerfile file, BuildArguments arguments) {
    return new Plan(file, Globals.of(file, arguments), Map.of());
  }

  public Dockerfile file() {
    return file;
  }

  /** What FROM sees, and what a stage's {@link Scope} begins with. */
  public Globals globals() {
    return globals;
  }

  /** Index of the stage to build. */
  public int target() {
    return target;
  }

  /** The needed stages in the file's order: each behind all it depends on. */
  public List<Step> steps() {
    return steps;
  }

  /** Of all stages, needed or not. */
  List<Step> allSteps() {
    List<Integer> all = file.stages().stream().map(Stage::index).toList();
    return new Planner(file, globals, names, imageTriggers).steps(all);
  }

  /**
   * This, when the base image of a stage turns out to have triggers: they may need further stages.
   *
   * @param onBuild of the image's configuration
   * @throws DockerfileException when one is not allowed or names what is not there
   */
  public Plan withTriggers(int stage, List<String> onBuild) {
    SourceRange range = file.stages().get(stage).from().source().range();
    Map<Integer, List<Instruction>> all = new HashMap<>(imageTriggers);
    all.put(stage, onBuild.stream().map(text -> Triggers.parse(text, range)).toList());
    return new Plan(file, globals, all);
  }

  /**
   * What {@code --from} of a COPY in a stage means.
   *
   * @throws DockerfileException for a stage that does not come before
   */
  public Origin origin(Stage stage, Instruction.Copy copy) {
    return names.copied(stage, copy, copy.from().orElseThrow());
  }

  /**
   * What {@code from} of a mount means in a stage.
   *
   * @throws DockerfileException for a stage that does not come before
   */
  public Origin origin(Stage stage, Instruction.Run run, String from) {
    return names.mounted(stage, run, from);
  }

  /**
   * Given build arguments that neither an ARG of a needed stage or of the head declares nor the
   * engine knows, sorted.
   */
  public List<String> unconsumed() {
    Set<String> known = new HashSet<>(globals.declared());
    for (Step step : steps) {
      for (Instruction instruction : step.instructions()) {
        if (instruction instanceof Instruction.Arg arg) {
          arg.declarations().forEach(declaration -> known.add(declaration.name()));
        }
      }
    }
    Set<String> unconsumed = new TreeSet<>(globals.arguments().given().keySet());
    unconsumed.removeIf(name -> known.contains(name) || globals.knows(name));
    return List.copyOf(unconsumed);
  }
}
