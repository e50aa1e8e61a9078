package dev.varve.image.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Dockerfile instructions that change a config and nothing else: {@code docker import --change}
 * and {@code docker commit --change}.
 */
public final class ChangeInstruction {
  private static final Pattern PORTS =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?", Pattern.CASE_INSENSITIVE);
  private static final Pattern SIGNAL =
      Pattern.compile("\\d{1,2}|(?:SIG)?[A-Z][A-Z0-9]*(?:[+-]\\d{1,2})?");
  private static final int MAX_PORT = 65535;

  private final RunConfig config;
  private final String name;
  private final String rest;

  private ChangeInstruction(RunConfig config, String name, String rest) {
    this.config = config;
    this.name = name;
    this.rest = rest;
  }

  /**
   * Applies one line to the config.
   *
   * @throws ProblemException INVALID with Docker's text
   */
  public static void apply(RunConfig config, String line) {
    String[] parts = line.strip().split("\\s+", 2);
    String rest = parts.length < 2 ? "" : parts[1].strip();
    new ChangeInstruction(config, parts[0].toUpperCase(Locale.ROOT), rest).apply(parts[0]);
  }

  private void apply(String asWritten) {
    try {
      switch (name) {
        case "CMD" -> config.setCmd(command());
        case "ENTRYPOINT" -> config.setEntrypoint(command());
        case "ENV" -> pairs(config::setEnv);
        case "LABEL" -> pairs(config::setLabel);
        case "EXPOSE" -> words().forEach(this::expose);
        case "USER" -> config.setUser(only());
        case "VOLUME" -> volumes();
        case "WORKDIR" -> workingDir();
        case "ONBUILD" -> onBuild();
        case "STOPSIGNAL" -> stopSignal();
        case "HEALTHCHECK" -> config.setHealthCheck(HealthCheckSyntax.parse(rest));
        default -> throw refusal(asWritten + " is not a valid change command");
      }
    } catch (IllegalArgumentException e) {
      throw refusal("failed to process \"" + rest + "\": " + e.getMessage());
    }
  }

  private List<String> command() {
    return ChangeWords.jsonList(rest)
        .orElseGet(() -> rest.isEmpty() ? List.of() : List.of("/bin/sh", "-c", rest));
  }

  private List<String> words() {
    List<String> words = ChangeWords.split(rest, config::envValue);
    if (words.isEmpty()) {
      throw refusal(name + " requires at least one argument");
    }
    return words;
  }

  private String only() {
    if (rest.isEmpty()) {
      throw refusal(name + " requires exactly one argument");
    }
    return ChangeWords.whole(rest, config::envValue);
  }

  private interface Pair {
    void set(String key, String value);
  }

  private void pairs(Pair target) {
    List<String> words = words();
    if (words.getFirst().indexOf('=') < 0) {
      String[] keyAndValue = rest.split("\\s+", 2);
      if (keyAndValue.length < 2) {
        throw refusal(name + " must have two arguments");
      }
      target.set(
          ChangeWords.whole(keyAndValue[0], config::envValue),
          ChangeWords.whole(keyAndValue[1], config::envValue));
      return;
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw refusal(
            "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
      }
      if (equals == 0) {
        throw refusal(name + " names can not be blank");
      }
      target.set(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  private void expose(String spec) {
    Matcher matcher = PORTS.matcher(spec);
    int first = matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    int last = first >= 0 && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : first;
    if (first < 0 || last < first || last > MAX_PORT) {
      throw refusal("invalid containerPort: " + spec);
    }
    String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
    for (int port = first; port <= last; port++) {
      config.expose(port + "/" + protocol);
    }
  }

  private void volumes() {
    for (String volume : ChangeWords.jsonList(rest).orElseGet(this::words)) {
      if (volume.isBlank()) {
        throw refusal("VOLUME specified can not be an empty string");
      }
      config.addVolume(volume.strip());
    }
  }

  private void workingDir() {
    String path = only();
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

  private void onBuild() {
    String trigger = rest.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    switch (trigger) {
      case "" -> throw refusal("ONBUILD requires at least one argument");
      case "ONBUILD" -> throw refusal("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      case "FROM", "MAINTAINER" -> throw refusal(trigger + " isn't allowed as an ONBUILD trigger");
      default -> config.addOnBuild(rest);
    }
  }

  private void stopSignal() {
    String signal = only();
    if (!SIGNAL.matcher(signal.toUpperCase(Locale.ROOT)).matches()) {
      throw refusal("invalid signal: " + signal);
    }
    config.setStopSignal(signal);
  }

  static ProblemException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
