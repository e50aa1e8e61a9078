package dev.varve.image.dockerfile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks of one stage's instructions, in their order. */
final class StageChecks {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)");
  private static final Pattern NO_SECRET =
      Pattern.compile("(?i)(?:_|^)(?:public|file|version)(?:_|$)");

  private final Globals globals;
  private final Scope scope;
  private final boolean baseIsKnown;
  private final Set<String> declared;
  private final PathPatterns ignored;
  private final Findings findings;
  private final Map<String, Source> single = new HashMap<>();
  private boolean hasShell;
  private boolean hasWorkdir;

  private StageChecks(
      Globals globals,
      Scope scope,
      boolean baseIsKnown,
      Set<String> declared,
      PathPatterns ignored,
      Findings findings) {
    this.globals = globals;
    this.scope = scope;
    this.baseIsKnown = baseIsKnown;
    this.declared = declared;
    this.ignored = ignored;
    this.findings = findings;
  }

  static StageChecks on(
      Globals globals,
      Optional<CheckInput.BaseImage> image,
      PathPatterns ignored,
      Findings findings) {
    List<String> env = image.map(CheckInput.BaseImage::env).orElse(List.of());
    Scope scope = Scope.of(globals, env);
    if (scope.value("PATH").isEmpty()) {
      // A step always has one.
      scope.setDefaultPath();
    }
    StageChecks checks =
        new StageChecks(globals, scope, image.isPresent(), new HashSet<>(), ignored, findings);
    checks.hasShell = image.map(CheckInput.BaseImage::hasShell).orElse(false);
    return checks;
  }

  /** Of a stage on this one. */
  StageChecks child() {
    StageChecks child =
        new StageChecks(
            globals, scope.child(), baseIsKnown, new HashSet<>(declared), ignored, findings);
    child.hasShell = hasShell;
    child.hasWorkdir = hasWorkdir;
    return child;
  }

  /**
   * @throws DockerfileException for what a build would fail by
   */
  void check(Instruction instruction) {
    Instruction expanded = expand(instruction);
    switch (expanded) {
      case Instruction.Env env -> pairs(env, env.pairs(), true);
      case Instruction.Label label -> pairs(label, label.pairs(), false);
      case Instruction.Arg arg ->
          arg.declarations().forEach(declaration -> secret(arg, declaration.name()));
      case Instruction.Cmd cmd -> command(cmd, cmd.command());
      case Instruction.Entrypoint entrypoint -> command(entrypoint, entrypoint.command());
      case Instruction.HealthCheck check -> once(check);
      case Instruction.Workdir workdir -> workdir(workdir);
      case Instruction.Expose expose -> ports(expose);
      case Instruction.Shell _ -> hasShell = true;
      case Instruction.Copy copy when copy.from().isEmpty() ->
          sources("Copy", copy, copy.transfer());
      case Instruction.Add add -> sources("Add", add, add.transfer());
      default -> {}
    }
    scope.apply(expanded);
  }

  private Instruction expand(Instruction instruction) {
    RecordedVariables variables = new RecordedVariables(scope);
    Expansion expansion = new Expansion(globals.escape(), variables, globals.budget());
    Instruction expanded = expansion.expand(instruction);
    if (instruction instanceof Instruction.Run run) {
      expansion.mounts(run);
    } else if (instruction instanceof Instruction.Arg arg) {
      arg.declarations().forEach(declaration -> declare(arg, declaration));
    }
    undefined(instruction, variables.missing());
    return expanded;
  }

  private void declare(Instruction.Arg arg, Instruction.Declaration declaration) {
    if (globals.given(declaration.name()).isEmpty()) {
      RecordedVariables variables = new RecordedVariables(scope);
      declaration.value().ifPresent(value -> variables.expand(globals.escape(), value));
      undefined(arg, variables.missing());
    }
    declared.add(declaration.name());
  }

  private void undefined(Instruction instruction, Set<String> names) {
    for (String name : names) {
      if (baseIsKnown && !declared.contains(name)) {
        String message = "Usage of undefined variable '$" + name + "'";
        String hint =
            Suggestion.nearest(name, scope.names())
                .map(near -> " (did you mean $" + near + "?)")
                .orElse("");
        findings.add(Check.UNDEFINED_VAR, instruction.source(), message + hint);
      }
    }
  }

  private void pairs(Instruction instruction, List<Instruction.Pair> pairs, boolean environment) {
    String keyword = instruction.source().keyword();
    for (Instruction.Pair pair : pairs) {
      if (pair.legacy()) {
        findings.add(
            Check.LEGACY_KEY_VALUE_FORMAT,
            instruction.source(),
            "\""
                + keyword
                + " key=value\" should be used instead of legacy \""
                + keyword
                + " key value\" format");
      }
      if (environment) {
        secret(instruction, pair.key());
      }
    }
  }

  private void secret(Instruction instruction, String name) {
    if (SECRET.matcher(name).find() && !NO_SECRET.matcher(name).find()) {
      findings.add(
          Check.SECRETS_USED_IN_ARG_OR_ENV,
          instruction.source(),
          "Do not use ARG or ENV instructions for sensitive data ("
              + instruction.name()
              + " "
              + Quoted.of(name)
              + ")");
    }
  }

  private void command(Instruction instruction, CommandLine command) {
    once(instruction);
    if (command instanceof CommandLine.ShellForm && !hasShell) {
      findings.add(
          Check.JSON_ARGS_RECOMMENDED,
          instruction.source(),
          "JSON arguments recommended for "
              + instruction.source().keyword()
              + " to prevent unintended behavior related to OS signals");
    }
  }

  /** The earlier one is told of: it has no effect. */
  private void once(Instruction instruction) {
    Source earlier = single.put(instruction.name(), instruction.source());
    if (earlier != null) {
      findings.add(
          Check.MULTIPLE_INSTRUCTIONS_DISALLOWED,
          earlier.range(),
          "Multiple "
              + instruction.source().keyword()
              + " instructions should not be used in the same stage because only the last one will"
              + " be used");
    }
  }

  private void workdir(Instruction.Workdir workdir) {
    if (!hasWorkdir && !workdir.path().startsWith("/")) {
      findings.add(
          Check.WORKDIR_RELATIVE_PATH,
          workdir.source(),
          "Relative workdir "
              + Quoted.of(workdir.path())
              + " can have unexpected results if the base image changes");
    }
    hasWorkdir = true;
  }

  private void ports(Instruction.Expose expose) {
    for (String word : expose.ports()) {
      ExposedPorts.Spec spec;
      try {
        spec = ExposedPorts.read(word);
      } catch (Malformed e) {
        throw Expansion.refusal(expose, e);
      }
      if (!spec.protocol().equals(spec.protocol().toLowerCase(Locale.ROOT))) {
        findings.add(
            Check.EXPOSE_PROTO_CASING,
            expose.source(),
            "Defined protocol '" + word + "' in EXPOSE instruction should be lowercase");
      }
      if (!spec.address().isEmpty() || !spec.hostPorts().isEmpty()) {
        findings.add(
            Check.EXPOSE_INVALID_FORMAT,
            expose.source(),
            "EXPOSE instruction should not define an IP address or host-port mapping, found '"
                + word
                + "'");
      }
    }
  }

  private void sources(String verb, Instruction instruction, Transfer transfer) {
    if (ignored.isEmpty() || ignored.takesBack()) {
      return;
    }
    for (String source : transfer.paths()) {
      String path = Paths.cleaned(source);
      boolean root = path.equals(".") || path.equals("/");
      boolean remote = source.contains("://");
      if (!remote && (root ? ignored.matchesEverything() : ignored.matches(path))) {
        findings.add(
            Check.COPY_IGNORED_FILE,
            instruction.source(),
            "Attempting to "
                + verb
                + " file "
                + Quoted.of(path)
                + " that is excluded by .dockerignore");
      }
    }
  }
}
