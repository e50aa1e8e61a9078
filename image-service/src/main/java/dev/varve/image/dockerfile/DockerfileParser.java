package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text to {@link Dockerfile}. */
public final class DockerfileParser {
  private final String text;
  private final LogicalLines lines;
  private final List<Instruction.Arg> globalArgs = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<SourceRange> emptyContinuations = new ArrayList<>();
  private final List<Instruction> body = new ArrayList<>();
  private Optional<Instruction.From> from = Optional.empty();
  private int instructions;

  private DockerfileParser(Lines lines) {
    this.text = lines.text();
    this.lines = new LogicalLines(lines);
  }

  /**
   * @param bytes UTF-8; a byte order mark is skipped
   * @throws DockerfileException with line, column and an excerpt
   */
  public static Dockerfile parse(byte[] bytes) {
    return new DockerfileParser(Lines.of(bytes)).file();
  }

  /**
   * Instructions without a file around them: of {@code --change}. Escaped by a backslash.
   *
   * @throws DockerfileException as {@link #parse} does
   */
  public static List<Instruction> parseInstructions(String text) {
    LogicalLines lines = new LogicalLines(Lines.of(text), DirectiveReader.DEFAULT_ESCAPE);
    List<Instruction> instructions = new ArrayList<>();
    for (Optional<LogicalLine> line = lines.next(); line.isPresent(); line = lines.next()) {
      instructions.add(read(lines, line.get(), Optional.empty()));
    }
    return instructions;
  }

  /**
   * The one instruction of an ONBUILD.
   *
   * @param range where it is told to stand
   */
  static Instruction parseTrigger(String text, SourceRange range) {
    LogicalLines lines = new LogicalLines(Lines.of(text), DirectiveReader.DEFAULT_ESCAPE);
    LogicalLine line =
        lines.next().orElseThrow(() -> new DockerfileException("file with no instructions"));
    Instruction instruction = read(lines, line, Optional.of(range));
    if (lines.next().isPresent()) {
      throw new DockerfileException("onbuild trigger should be a single expression");
    }
    return instruction;
  }

  private Dockerfile file() {
    for (Optional<LogicalLine> line = lines.next(); line.isPresent(); line = lines.next()) {
      if (++instructions > Limits.INSTRUCTIONS) {
        throw line.get().refusal(0, "more than " + Limits.INSTRUCTIONS + " instructions");
      }
      add(line.get(), read(lines, line.get(), Optional.empty()));
    }
    endStage();
    if (instructions == 0) {
      throw new DockerfileException("file with no instructions");
    }
    if (stages.isEmpty()) {
      throw new DockerfileException("dockerfile contains no stages to build");
    }
    return new Dockerfile(text, lines.directives(), globalArgs, stages, emptyContinuations);
  }

  private static Instruction read(
      LogicalLines lines, LogicalLine line, Optional<SourceRange> range) {
    InstructionReader reader = new InstructionReader(Clause.of(line, lines.escape()));
    List<HereDocument> documents = lines.contents(line, reader.marks());
    return reader.read(range.orElseGet(() -> lines.rangeOf(line)), documents);
  }

  private void add(LogicalLine line, Instruction instruction) {
    if (line.continuedOverEmpty()) {
      emptyContinuations.add(line.lastLine());
    }
    if (instruction instanceof Instruction.From next) {
      endStage();
      if (stages.size() == Limits.STAGES) {
        throw line.refusal(0, "more than " + Limits.STAGES + " stages");
      }
      from = Optional.of(next);
    } else if (from.isPresent()) {
      body.add(instruction);
    } else if (instruction instanceof Instruction.Arg arg) {
      globalArgs.add(arg);
    } else {
      throw line.refusal(0, "no build stage in current context");
    }
  }

  private void endStage() {
    from.ifPresent(f -> stages.add(new Stage(stages.size(), f, body)));
    from = Optional.empty();
    body.clear();
  }
}
