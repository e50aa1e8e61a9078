package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One clause to one {@link Instruction}. */
final class InstructionReader {
  private static final Set<String> WITH_DOCUMENTS = Set.of("RUN", "COPY", "ADD");
  private static final Set<String> NAMES =
      new TreeSet<>(
          Set.of(
              "ADD",
              "ARG",
              "CMD",
              "COPY",
              "ENTRYPOINT",
              "ENV",
              "EXPOSE",
              "FROM",
              "HEALTHCHECK",
              "LABEL",
              "MAINTAINER",
              "ONBUILD",
              "RUN",
              "SHELL",
              "STOPSIGNAL",
              "USER",
              "VOLUME",
              "WORKDIR"));
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9_.-]*");

  private final Clause clause;

  InstructionReader(Clause clause) {
    this.clause = clause;
  }

  /** The here-documents that follow the line, without their contents. */
  List<HereDocument> marks() {
    Optional<Clause> owner =
        clause.name().equals("ONBUILD") ? clause.nested() : Optional.of(clause);
    boolean allowed =
        owner.filter(o -> WITH_DOCUMENTS.contains(o.name()) && o.execForm().isEmpty()).isPresent();
    return allowed ? HereDocuments.marks(clause.line()) : List.of();
  }

  /**
   * @throws DockerfileException with the spot
   */
  Instruction read(SourceRange range, List<HereDocument> documents) {
    Source source = new Source(clause.keyword().text(), clause.whole(), range, clause.comments());
    return switch (clause.name()) {
      case "ADD" -> new TransferReader(clause, documents).add(source);
      case "COPY" -> new TransferReader(clause, documents).copy(source);
      case "RUN" -> RunReader.read(clause, source, documents);
      case "FROM" -> from(source);
      case "ARG" -> arg(source);
      case "ENV" -> new Instruction.Env(source, pairs());
      case "LABEL" -> new Instruction.Label(source, pairs());
      case "CMD" -> new Instruction.Cmd(source, command());
      case "ENTRYPOINT" -> new Instruction.Entrypoint(source, command());
      case "EXPOSE" -> new Instruction.Expose(source, ports());
      case "USER" -> new Instruction.User(source, only());
      case "WORKDIR" -> new Instruction.Workdir(source, only());
      // Docker overlooks flags of this one and of ARG.
      case "STOPSIGNAL" -> new Instruction.StopSignal(source, rest());
      case "MAINTAINER" -> new Instruction.Maintainer(source, only());
      case "VOLUME" -> new Instruction.Volume(source, volumes());
      case "SHELL" -> new Instruction.Shell(source, shell());
      case "HEALTHCHECK" -> HealthCheckReader.read(clause, source);
      case "ONBUILD" -> onBuild(source, documents);
      default -> throw unknown();
    };
  }

  private DockerfileException unknown() {
    String word = clause.keyword().text();
    String message = Suggestion.ignoringCase("unknown instruction: " + word, word, NAMES);
    return clause.refusal(clause.keyword().offset(), message);
  }

  private Instruction from(Source source) {
    List<Words.Word> words = clause.wordsAtBlanks();
    boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
    if (words.size() != 1 && !named) {
      throw clause.refusal("FROM requires either one or three arguments");
    }
    Optional<String> name =
        named ? Optional.of(words.get(2).text().toLowerCase(Locale.ROOT)) : Optional.empty();
    if (name.isPresent() && !STAGE_NAME.matcher(name.get()).matches()) {
      throw clause.refusal(
          words.get(2).offset(),
          "invalid name for build stage: "
              + Quoted.of(words.get(2).text())
              + ", name can't start with a number or contain symbols");
    }
    Flags flags = Flags.read(clause, Map.of("platform", Flags.Kind.TEXT));
    return new Instruction.From(source, words.getFirst().text(), name, flags.text("platform"));
  }

  private Instruction arg(Source source) {
    List<Instruction.Declaration> declarations = new ArrayList<>();
    for (Words.Word word : clause.wordsOutsideQuotes()) {
      int equals = word.text().indexOf('=');
      if (equals == 0) {
        throw clause.refusal(word.offset(), "ARG names can not be blank");
      }
      declarations.add(
          equals < 0
              ? new Instruction.Declaration(word.text(), Optional.empty())
              : new Instruction.Declaration(
                  word.text().substring(0, equals),
                  Optional.of(word.text().substring(equals + 1))));
    }
    if (declarations.isEmpty()) {
      throw clause.needsOneArgument();
    }
    return new Instruction.Arg(source, declarations);
  }

  private List<Instruction.Pair> pairs() {
    Flags.none(clause);
    List<Words.Word> words = clause.wordsOutsideQuotes();
    if (words.isEmpty()) {
      throw clause.needsOneArgument();
    }
    if (words.getFirst().text().indexOf('=') < 0) {
      return List.of(legacyPair());
    }
    List<Instruction.Pair> pairs = new ArrayList<>();
    for (Words.Word word : words) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        throw clause.refusal(
            word.offset(),
            "Syntax error - can't find = in "
                + Quoted.of(word.text())
                + ". Must be of the form: name=value");
      }
      if (equals == 0) {
        throw clause.refusal(word.offset(), clause.name() + " names can not be blank");
      }
      pairs.add(
          new Instruction.Pair(
              word.text().substring(0, equals), word.text().substring(equals + 1), false));
    }
    return pairs;
  }

  private Instruction.Pair legacyPair() {
    String rest = clause.rest();
    int end = Words.endOfWord(rest, 0);
    if (end == rest.length()) {
      throw clause.refusal(clause.name() + " must have two arguments");
    }
    return new Instruction.Pair(
        rest.substring(0, end), rest.substring(Words.skipBlanks(rest, end)), true);
  }

  private CommandLine command() {
    Flags.none(clause);
    return clause
        .execForm()
        .<CommandLine>map(CommandLine.ExecForm::new)
        .orElseGet(() -> new CommandLine.ShellForm(clause.rest(), List.of()));
  }

  private List<String> ports() {
    List<Words.Word> words = clause.wordsAtBlanks();
    if (words.isEmpty()) {
      throw clause.needsOneArgument();
    }
    Flags.none(clause);
    return words.stream().map(Words.Word::text).sorted().toList();
  }

  private String only() {
    String rest = rest();
    Flags.none(clause);
    return rest;
  }

  private String rest() {
    if (clause.rest().isEmpty()) {
      throw clause.refusal(clause.name() + " requires exactly one argument");
    }
    return clause.rest();
  }

  private List<String> volumes() {
    List<String> paths =
        clause
            .execForm()
            .orElseGet(() -> clause.wordsAtBlanks().stream().map(Words.Word::text).toList());
    if (paths.isEmpty()) {
      throw clause.needsOneArgument();
    }
    Flags.none(clause);
    List<String> stripped = paths.stream().map(String::strip).toList();
    if (stripped.contains("")) {
      throw clause.refusal("VOLUME specified can not be an empty string");
    }
    return stripped;
  }

  private List<String> shell() {
    Flags.none(clause);
    Optional<List<String>> words = clause.execForm();
    if (clause.rest().isEmpty() || words.filter(List::isEmpty).isPresent()) {
      throw clause.needsOneArgument();
    }
    return words.orElseThrow(
        () -> clause.refusal("SHELL requires the arguments to be in JSON form"));
  }

  private Instruction onBuild(Source source, List<HereDocument> documents) {
    Clause trigger = clause.nested().orElseThrow(clause::needsOneArgument);
    Flags.none(clause);
    refuseAsTrigger(trigger);
    Stream<String> contents =
        documents.stream().map(document -> "\n" + document.content() + document.name());
    String text = trigger.whole() + String.join("", contents.toList());
    return new Instruction.OnBuild(source, text);
  }

  private static void refuseAsTrigger(Clause trigger) {
    int spot = trigger.keyword().offset();
    switch (trigger.name()) {
      case "ONBUILD" ->
          throw trigger.refusal(spot, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      case "FROM", "MAINTAINER" ->
          throw trigger.refusal(spot, trigger.name() + " isn't allowed as an ONBUILD trigger");
      default -> {}
    }
  }
}
