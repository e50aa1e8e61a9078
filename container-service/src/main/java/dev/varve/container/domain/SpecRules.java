package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Docker refuses about a container's own configuration before it makes anything. */
public final class SpecRules {
  private static final long MAX_ID = Integer.MAX_VALUE;
  private static final long SHORTEST_INTERVAL_NANOS = 1_000_000;

  private SpecRules() {}

  /** The first thing wrong with the merged configuration. */
  public static Optional<Problem> refusal(ContainerSpec spec) {
    try {
      process(spec.process());
      spec.healthCheck().ifPresent(SpecRules::health);
      noNul(texts(spec));
      return HostRules.refusal(spec);
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  /** The first thing wrong with an exec. */
  public static Optional<Problem> refusal(ExecSpec exec) {
    try {
      if (exec.cmd().isEmpty() || exec.cmd().getFirst().isEmpty()) {
        throw refuse("No exec command specified");
      }
      var ignored = DetachKeys.parse(exec.detachKeys(), "escape");
      env(exec.env());
      user(exec.user());
      workingDir(exec.workingDir());
      List<String> texts = new ArrayList<>(exec.cmd());
      exec.env().forEach(entry -> texts.add(entry.value()));
      texts.add(exec.user());
      texts.add(exec.workingDir());
      noNul(texts.stream());
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
  }

  private static void process(ProcessSpec process) {
    if (process.entrypoint().isEmpty() && process.cmd().isEmpty()) {
      throw refuse("no command specified");
    }
    env(process.env());
    user(process.user());
    workingDir(process.workingDir());
    if (!process.stopSignal().isEmpty()) {
      Signals.parse(process.stopSignal());
    }
  }

  private static void env(List<Secret> env) {
    for (Secret entry : env) {
      if (EnvironmentEntry.nameOf(entry).isEmpty()) {
        throw refuse("invalid environment variable: " + entry.value());
      }
    }
  }

  private static void workingDir(String dir) {
    if (!dir.isEmpty() && !dir.startsWith("/")) {
      throw refuse(
          "the working directory '" + dir + "' is invalid, it needs to be an absolute path");
    }
  }

  /** Numbers beyond what the kernel takes could turn into root's. */
  private static void user(String user) {
    for (String part : user.split(":", 2)) {
      String digits = part.startsWith("-") || part.startsWith("+") ? part.substring(1) : part;
      if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        continue;
      }
      if (part.startsWith("-") || digits.length() > 10 || Long.parseLong(digits) > MAX_ID) {
        throw refuse("uids and gids must be in range 0-" + MAX_ID);
      }
    }
  }

  private static void health(HealthCheck check) {
    interval("Interval", check.intervalNanos());
    interval("Timeout", check.timeoutNanos());
    interval("StartPeriod", check.startPeriodNanos());
    interval("StartInterval", check.startIntervalNanos());
    if (check.retries() < 0) {
      throw refuse("Retries in Healthcheck cannot be negative");
    }
  }

  private static void interval(String name, long nanos) {
    if (nanos != 0 && nanos < SHORTEST_INTERVAL_NANOS) {
      throw refuse(name + " in Healthcheck cannot be less than 1ms");
    }
  }

  private static Stream<String> texts(ContainerSpec spec) {
    ProcessSpec process = spec.process();
    List<String> texts = new ArrayList<>();
    texts.addAll(List.of(spec.image(), spec.hostname(), spec.domainname()));
    texts.addAll(List.of(process.workingDir(), process.user(), process.stopSignal()));
    texts.addAll(process.entrypoint());
    texts.addAll(process.cmd());
    process.env().forEach(entry -> texts.add(entry.value()));
    spec.labels().forEach((key, value) -> texts.addAll(List.of(key, value)));
    texts.addAll(spec.exposedPorts());
    texts.addAll(spec.volumes());
    HostSpec host = spec.host();
    texts.addAll(host.nameResolution().extraHosts());
    texts.addAll(host.nameResolution().dns());
    texts.addAll(host.nameResolution().dnsSearch());
    texts.addAll(host.nameResolution().dnsOptions());
    texts.addAll(host.privileges().groupAdd());
    texts.addAll(host.privileges().securityOpt());
    host.fileSystems().tmpfs().forEach((key, value) -> texts.addAll(List.of(key, value)));
    host.sysctls().forEach((key, value) -> texts.addAll(List.of(key, value)));
    return texts.stream();
  }

  private static void noNul(Stream<String> texts) {
    if (texts.anyMatch(text -> text.indexOf('\0') >= 0)) {
      throw refuse("invalid configuration: a value contains a NUL byte");
    }
  }

  private static ProblemException refuse(String message) {
    return Refusals.invalid(message).asException();
  }
}
