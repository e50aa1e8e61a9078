package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts variables into words: Docker's share of the shell's language. Sees the variables as they are
 * at each call; one thread at a time.
 */
public final class Expansion {
  private final ShellLexer.Style style;
  private final Variables variables;
  private final Budget budget;

  /**
   * @param escape of the file
   */
  public Expansion(char escape, Variables variables) {
    this(escape, variables, new Budget());
  }

  Expansion(char escape, Variables variables, Budget budget) {
    this.style = ShellLexer.Style.expanding(escape);
    this.variables = variables;
    this.budget = budget;
  }

  /**
   * The same instruction with variables put in and quotes taken away, wherever the reference allows
   * it: in ADD, COPY (here-documents included), ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME and
   * WORKDIR. Others come back as they are: RUN, CMD and ENTRYPOINT are their shell's to expand,
   * triggers wait, and ARG and FROM are the {@link Scope}'s and the {@link Plan}'s.
   *
   * @throws DockerfileException with the instruction's place
   */
  public Instruction expand(Instruction instruction) {
    try {
      return switch (instruction) {
        case Instruction.Env env -> new Instruction.Env(env.source(), pairs(env.pairs()));
        case Instruction.Label label -> new Instruction.Label(label.source(), pairs(label.pairs()));
        case Instruction.Copy copy ->
            new Instruction.Copy(
                copy.source(), transfer(copy.transfer()), copy.from(), copy.parents());
        case Instruction.Add add ->
            new Instruction.Add(
                add.source(),
                transfer(add.transfer()),
                optional(add.checksum()),
                add.keepGitDir(),
                add.unpack());
        case Instruction.Expose expose ->
            new Instruction.Expose(expose.source(), words(expose.ports()));
        case Instruction.User user -> new Instruction.User(user.source(), word(user.user()));
        case Instruction.Workdir dir -> new Instruction.Workdir(dir.source(), word(dir.path()));
        case Instruction.Volume volume ->
            new Instruction.Volume(volume.source(), each(volume.paths()));
        case Instruction.StopSignal stop ->
            new Instruction.StopSignal(stop.source(), word(stop.signal()));
        case Instruction.From _,
            Instruction.Arg _,
            Instruction.Run _,
            Instruction.Cmd _,
            Instruction.Entrypoint _,
            Instruction.Shell _,
            Instruction.HealthCheck _,
            Instruction.OnBuild _,
            Instruction.Maintainer _ ->
            instruction;
      };
    } catch (Malformed e) {
      throw refusal(instruction, e);
    }
  }

  /**
   * The mounts of a RUN.
   *
   * @throws DockerfileException with the instruction's place
   */
  public List<Mount> mounts(Instruction.Run run) {
    try {
      return run.mounts().stream().map(text -> MountReader.read(text, this::word)).toList();
    } catch (Malformed e) {
      throw refusal(run, e);
    }
  }

  static DockerfileException refusal(Instruction instruction, Malformed problem) {
    return new DockerfileException(problem.reason(), instruction.source().range().start(), "");
  }

  /**
   * @throws Malformed with Docker's text
   */
  String word(String text) {
    return word(text, style);
  }

  /** Whether nothing in there means more than itself. */
  boolean isPlain(String text) {
    try {
      return word(text).equals(text);
    } catch (Malformed e) {
      return false;
    }
  }

  private String word(String text, ShellLexer.Style how) {
    try {
      return new ShellLexer(text, variables, how, budget).word();
    } catch (Malformed e) {
      throw failed(text, e);
    }
  }

  private List<String> words(List<String> texts) {
    List<String> words = new ArrayList<>();
    for (String text : texts) {
      try {
        words.addAll(new ShellLexer(text, variables, style, budget).words());
      } catch (Malformed e) {
        throw failed(text, e);
      }
    }
    return words;
  }

  private static Malformed failed(String text, Malformed why) {
    return new Malformed("failed to process " + Quoted.of(text) + ": " + why.reason());
  }

  private Optional<String> optional(Optional<String> text) {
    return text.map(this::word);
  }

  private List<String> each(List<String> texts) {
    return texts.stream().map(this::word).toList();
  }

  private List<Instruction.Pair> pairs(List<Instruction.Pair> pairs) {
    return pairs.stream()
        .map(pair -> new Instruction.Pair(word(pair.key()), word(pair.value()), pair.legacy()))
        .toList();
  }

  private Transfer transfer(Transfer transfer) {
    return new Transfer(
        each(transfer.paths()),
        transfer.documents().stream().map(this::document).toList(),
        word(transfer.destination()),
        optional(transfer.owner()),
        optional(transfer.mode()),
        transfer.link(),
        transfer.excludes());
  }

  private HereDocument document(HereDocument document) {
    String text = document.text();
    return new HereDocument(
        document.name(),
        false,
        false,
        document.expands() ? word(text, ShellLexer.Style.document()) : text,
        document.descriptor());
  }
}
