package dev.varve.image.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.dockerfile.CommandLine;
import dev.varve.image.dockerfile.DockerfileException;
import dev.varve.image.dockerfile.DockerfileParser;
import dev.varve.image.dockerfile.Expansion;
import dev.varve.image.dockerfile.ExposedPorts;
import dev.varve.image.dockerfile.Instruction;
import dev.varve.image.dockerfile.Invocation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Dockerfile instructions do to a config: in a build, and as {@code docker import --change}
 * and {@code docker commit --change}.
 */
public final class ConfigChanges {
  private static final Set<String> CHANGES =
      Set.of(
          "CMD",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "HEALTHCHECK",
          "LABEL",
          "ONBUILD",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
  private static final Pattern SIGNAL =
      Pattern.compile("\\d{1,2}|(?:SIG)?[A-Z][A-Z0-9]*(?:[+-]\\d{1,2})?");

  private final RunConfig config;
  private boolean hasCmd;

  /** Of a stage's or a container's config, which is changed in place. */
  public ConfigChanges(RunConfig config) {
    this.config = config;
  }

  /**
   * Applies the texts of {@code --change}, one or more lines each.
   *
   * @throws ProblemException INVALID with Docker's text
   */
  public static void apply(RunConfig config, List<String> texts) {
    ConfigChanges changes = new ConfigChanges(config);
    Expansion expansion = new Expansion('\\', config::envValue);
    try {
      for (String text : texts) {
        checkAllowed(text.strip().split("\\s+", 2)[0]);
        for (Instruction instruction : DockerfileParser.parseInstructions(text)) {
          checkAllowed(instruction.source().keyword());
          changes.apply(expansion.expand(instruction));
        }
      }
    } catch (DockerfileException e) {
      throw refusal(e.reason());
    }
  }

  private static void checkAllowed(String keyword) {
    if (!CHANGES.contains(keyword.toUpperCase(Locale.ROOT))) {
      throw refusal(keyword + " is not a valid change command");
    }
  }

  /**
   * Applies an expanded instruction; those that change files or the build alone change nothing
   * here.
   *
   * @throws ProblemException INVALID with Docker's text
   * @throws DockerfileException likewise, with the instruction's place
   */
  public void apply(Instruction instruction) {
    switch (instruction) {
      case Instruction.Cmd cmd -> {
        config.setCmd(Optional.of(words(cmd.command())));
        hasCmd = true;
      }
      case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint.command());
      case Instruction.Env env ->
          env.pairs().forEach(pair -> config.setEnv(pair.key(), pair.value()));
      case Instruction.Label label ->
          label.pairs().forEach(pair -> config.setLabel(pair.key(), pair.value()));
      case Instruction.Expose expose -> ExposedPorts.of(expose).forEach(config::expose);
      case Instruction.User user -> config.setUser(user.user());
      case Instruction.Volume volume -> volumes(volume.paths());
      case Instruction.Workdir workdir -> workingDir(workdir.path());
      case Instruction.OnBuild onBuild -> config.addOnBuild(onBuild.trigger());
      case Instruction.StopSignal stop -> stopSignal(stop.signal());
      case Instruction.Shell shell -> config.setShell(shell.words());
      case Instruction.HealthCheck check -> config.setHealthCheck(healthCheck(check));
      case Instruction.From _,
          Instruction.Run _,
          Instruction.Copy _,
          Instruction.Add _,
          Instruction.Arg _,
          Instruction.Maintainer _ -> {}
    }
  }

  /** Arguments of the base's CMD were meant for its own program. */
  private void entrypoint(CommandLine command) {
    boolean nothing =
        switch (command) {
          case CommandLine.ExecForm exec -> exec.words().isEmpty();
          case CommandLine.ShellForm form -> form.text().isEmpty();
        };
    config.setEntrypoint(nothing ? Optional.empty() : Optional.of(words(command)));
    if (!hasCmd) {
      config.setCmd(Optional.empty());
    }
  }

  /** What the shell form of a config's commands runs in. */
  public static List<String> shellOf(RunConfig config) {
    return config.shell().isEmpty() ? DEFAULT_SHELL : config.shell();
  }

  private List<String> words(CommandLine command) {
    return Invocation.of(command, shellOf(config)).words();
  }

  private void volumes(List<String> paths) {
    for (String path : paths) {
      if (path.isBlank()) {
        throw refusal("VOLUME specified can not be an empty string");
      }
      config.addVolume(path);
    }
  }

  private void workingDir(String path) {
    String base = config.workingDir().isEmpty() ? "/" : config.workingDir();
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (path.startsWith("/") ? path : base + "/" + path).split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    config.setWorkingDir("/" + String.join("/", parts));
  }

  private void stopSignal(String signal) {
    if (!SIGNAL.matcher(signal.toUpperCase(Locale.ROOT)).matches()) {
      throw refusal("invalid signal: " + signal);
    }
    config.setStopSignal(signal);
  }

  private static RunConfig.HealthCheck healthCheck(Instruction.HealthCheck check) {
    return new RunConfig.HealthCheck(
        check.test(),
        check.intervalNanos(),
        check.timeoutNanos(),
        check.startPeriodNanos(),
        check.startIntervalNanos(),
        check.retries());
  }

  private static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
