package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Checks of how a file is written, whatever it means. */
final class FormChecks {
  private static final Set<String> RESERVED = Set.of("context", "scratch");

  private final Dockerfile file;
  private final Findings findings;

  FormChecks(Dockerfile file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  void run() {
    for (SourceRange range : file.emptyContinuations()) {
      findings.add(Check.NO_EMPTY_CONTINUATION, range, "Empty continuation line");
    }
    file.globalArgs().forEach(this::description);
    for (Stage stage : file.stages()) {
      from(stage.from());
      stage.instructions().forEach(this::instruction);
    }
    stageNames();
    casing();
  }

  private void instruction(Instruction instruction) {
    if (instruction instanceof Instruction.Maintainer) {
      findings.add(
          Check.MAINTAINER_DEPRECATED,
          instruction.source(),
          "Maintainer instruction is deprecated in favor of using label");
    } else if (instruction instanceof Instruction.Arg arg) {
      description(arg);
    }
  }

  private void from(Instruction.From from) {
    if (from.stageName().isEmpty()) {
      return;
    }
    String[] words = from.source().text().split("\\s+", -1);
    String as = words[words.length - 2];
    String name = words[words.length - 1];
    if (!name.equals(name.toLowerCase(Locale.ROOT))) {
      findings.add(
          Check.STAGE_NAME_CASING, from.source(), "Stage name '" + name + "' should be lowercase");
    }
    String keyword = from.source().keyword();
    if (isOneCase(keyword) && !as.equals(inCaseOf(keyword, as))) {
      findings.add(
          Check.FROM_AS_CASING,
          from.source(),
          "'" + as + "' and '" + keyword + "' keywords' casing do not match");
    }
    description("FROM", List.of(from.stageName().get()), from.source(), "");
  }

  private static boolean isOneCase(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT)) || word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static String inCaseOf(String model, String word) {
    return model.equals(model.toLowerCase(Locale.ROOT))
        ? word.toLowerCase(Locale.ROOT)
        : word.toUpperCase(Locale.ROOT);
  }

  private void description(Instruction.Arg arg) {
    List<String> names = arg.declarations().stream().map(Instruction.Declaration::name).toList();
    description("ARG", names, arg.source(), names.size() > 1 ? "<arg_key>" : "");
  }

  private void description(String keyword, List<String> names, Source source, String example) {
    if (source.comments().isEmpty()) {
      return;
    }
    String first = source.comments().getLast().split(" ", 2)[0];
    if (!names.contains(first)) {
      findings.add(
          Check.INVALID_DEFINITION_DESCRIPTION,
          source,
          "Comment for "
              + keyword
              + " should follow the format: `# "
              + (example.isEmpty() ? names.getFirst() : example)
              + " <description>`");
    }
  }

  private void stageNames() {
    Set<String> seen = new HashSet<>();
    for (Stage stage : file.stages()) {
      SourceRange range = stage.from().source().range();
      String name = stage.name().orElse("");
      if (RESERVED.contains(name)) {
        findings.add(
            Check.RESERVED_STAGE_NAME,
            range,
            "Stage name should not use the same name as reserved stage " + Quoted.of(name));
      }
      if (!name.isEmpty() && !seen.add(name)) {
        findings.add(
            Check.DUPLICATE_STAGE_NAME,
            range,
            "Duplicate stage name " + Quoted.of(name) + ", stage names should be unique");
      }
    }
  }

  private void casing() {
    List<Source> sources = new ArrayList<>();
    for (Stage stage : file.stages()) {
      sources.add(stage.from().source());
      stage.instructions().forEach(instruction -> sources.add(instruction.source()));
    }
    long lower = sources.stream().filter(s -> isLower(s.keyword())).count();
    long upper =
        sources.stream().filter(s -> isOneCase(s.keyword()) && !isLower(s.keyword())).count();
    String wanted = lower > upper ? "lowercase" : "uppercase";
    for (Source source : sources) {
      boolean fits =
          lower > upper
              ? isLower(source.keyword())
              : source.keyword().equals(source.keyword().toUpperCase(Locale.ROOT));
      if (!fits) {
        findings.add(
            Check.CONSISTENT_INSTRUCTION_CASING,
            source.range(),
            "Command '"
                + source.keyword()
                + "' should match the case of the command majority ("
                + wanted
                + ")");
      }
    }
  }

  private static boolean isLower(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT));
  }
}
