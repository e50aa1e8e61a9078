package dev.varve.image.dockerfile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes a {@link Plan}'s steps: follows what the target needs. A stage needs earlier ones only. */
final class Planner {
  private final Dockerfile file;
  private final Globals globals;
  private final Map<Integer, List<Instruction>> imageTriggers;
  private final StageNames names;
  private int triggerCount;

  Planner(
      Dockerfile file,
      Globals globals,
      StageNames names,
      Map<Integer, List<Instruction>> imageTriggers) {
    this.file = file;
    this.globals = globals;
    this.names = names;
    this.imageTriggers = imageTriggers;
  }

  List<Plan.Step> steps(List<Integer> wanted) {
    List<Plan.Origin> bases = file.stages().stream().map(this::base).toList();
    Map<Integer, Plan.Step> needed = new TreeMap<>();
    Deque<Integer> open = new ArrayDeque<>(wanted);
    while (!open.isEmpty()) {
      int index = open.pop();
      if (!needed.containsKey(index)) {
        Plan.Step step = step(file.stages().get(index), bases.get(index));
        needed.put(index, step);
        open.addAll(step.needs());
      }
    }
    return List.copyOf(needed.values());
  }

  private Plan.Origin base(Stage stage) {
    Instruction.From from = stage.from();
    String image = expanded(from, from.image());
    if (image.isEmpty()) {
      throw refusal(from, "base name (" + from.image() + ") should not be blank");
    }
    return names.base(stage, image);
  }

  private Optional<String> platform(Instruction.From from) {
    return from.platform()
        .map(text -> {
          String platform = expanded(from, text);
          if (platform.isEmpty()) {
            throw refusal(from, "empty platform value from expression " + text);
          }
          return platform;
        });
  }

  private String expanded(Instruction.From from, String text) {
    try {
      return new Expansion(globals.escape(), globals, globals.budget()).word(text);
    } catch (Malformed e) {
      throw Expansion.refusal(from, e);
    }
  }

  private static DockerfileException refusal(Instruction instruction, String reason) {
    return Expansion.refusal(instruction, new Malformed(reason));
  }

  private Plan.Step step(Stage stage, Plan.Origin base) {
    List<Instruction> triggers =
        base instanceof Plan.Origin.OfStage(int index)
            ? Triggers.of(file.stages().get(index), stage.from().source().range())
            : imageTriggers.getOrDefault(stage.index(), List.of());
    triggerCount += triggers.size();
    if (triggerCount > Limits.INSTRUCTIONS) {
      throw refusal(stage.from(), "more than " + Limits.INSTRUCTIONS + " triggers");
    }
    List<Plan.Origin> origins = new ArrayList<>();
    origins.add(base);
    triggers.forEach(trigger -> addOrigins(stage, trigger, origins));
    stage.instructions().forEach(instruction -> addOrigins(stage, instruction, origins));
    Set<Integer> needs = new TreeSet<>();
    for (Plan.Origin origin : origins) {
      if (origin instanceof Plan.Origin.OfStage(int index)) {
        needs.add(index);
      }
    }
    return new Plan.Step(stage, base, platform(stage.from()), triggers, needs);
  }

  private void addOrigins(Stage stage, Instruction instruction, List<Plan.Origin> origins) {
    if (instruction instanceof Instruction.Copy copy) {
      copy.from().ifPresent(from -> origins.add(names.copied(stage, copy, from)));
    } else if (instruction instanceof Instruction.Run run) {
      for (String mount : run.mounts()) {
        from(run, mount).ifPresent(from -> origins.add(names.mounted(stage, run, from)));
      }
    }
  }

  private static Optional<String> from(Instruction.Run run, String mount) {
    try {
      return MountReader.from(mount);
    } catch (Malformed e) {
      throw Expansion.refusal(run, e);
    }
  }
}
