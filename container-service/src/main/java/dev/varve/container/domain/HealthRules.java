package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Docker's rules of health checks: when to look, and what an answer means. Pure. */
public final class HealthRules {
  /** Docker's exit code of a probe that has none of its own. */
  public static final int NO_EXIT_CODE = -1;

  private static final int MOST_KEPT = 5;
  private static final int DEFAULT_RETRIES = 3;
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private HealthRules() {}

  /** One look at a container. */
  public record Probe(Instant start, Instant end, int exitCode, String output) {}

  /**
   * What is known of a container's health.
   *
   * @param probes the last ones, oldest first
   */
  public record Health(HealthStatus status, int failingStreak, List<Probe> probes) {
    public static final Health STARTING = new Health(HealthStatus.STARTING, 0, List.of());

    public Health {
      probes = List.copyOf(probes);
    }
  }

  /** The command of a probe, as an exec takes it. */
  public static List<String> command(ContainerSpec spec) {
    List<String> test = spec.healthCheck().map(HealthCheck::test).orElse(List.of());
    List<String> rest = test.subList(1, test.size());
    if (!test.getFirst().equals("CMD-SHELL")) {
      return rest;
    }
    List<String> command = new ArrayList<>(spec.shell().isEmpty() ? DEFAULT_SHELL : spec.shell());
    command.addAll(rest);
    return command;
  }

  public static Duration timeout(HealthCheck check) {
    return or(check.timeoutNanos(), DEFAULT_TIMEOUT);
  }

  /** From now to the next look. */
  public static Duration pause(
      HealthCheck check, HealthStatus status, Instant startedAt, Instant now) {
    Duration interval = or(check.intervalNanos(), DEFAULT_INTERVAL);
    boolean beginning = Duration.between(startedAt, now).compareTo(startPeriod(check)) < 0;
    return beginning && status == HealthStatus.STARTING
        ? or(check.startIntervalNanos(), DEFAULT_START_INTERVAL)
        : interval;
  }

  /** What is known after a probe. */
  public static Health after(Health before, Probe probe, HealthCheck check, Instant startedAt) {
    List<Probe> probes = new ArrayList<>(before.probes());
    probes.add(probe);
    List<Probe> kept = probes.subList(Math.max(0, probes.size() - MOST_KEPT), probes.size());
    if (probe.exitCode() == 0) {
      return new Health(HealthStatus.HEALTHY, 0, kept);
    }
    boolean forgiven =
        before.status() == HealthStatus.STARTING
            && Duration.between(startedAt, probe.start()).compareTo(startPeriod(check)) < 0;
    if (forgiven) {
      return new Health(before.status(), before.failingStreak(), kept);
    }
    int streak = before.failingStreak() + 1;
    int most = check.retries() <= 0 ? DEFAULT_RETRIES : check.retries();
    return new Health(streak >= most ? HealthStatus.UNHEALTHY : before.status(), streak, kept);
  }

  /** What Docker says of a probe that took too long. */
  public static String tooLong(Duration timeout, String output) {
    String text = "Health check exceeded timeout (" + goText(timeout) + ")";
    return output.isEmpty() ? text : text + ": " + output;
  }

  /** A duration in Go's words: {@code 1m30s}, {@code 1.5s}, {@code 200ms}. */
  static String goText(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos < 1_000_000_000L) {
      return decimal(nanos, 1_000_000L) + "ms";
    }
    StringBuilder text = new StringBuilder();
    long hours = duration.toHours();
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (duration.toMinutes() > 0) {
      text.append(duration.toMinutesPart()).append('m');
    }
    return text.append(decimal(nanos % 60_000_000_000L, 1_000_000_000L)).append('s').toString();
  }

  private static String decimal(long nanos, long unit) {
    long whole = nanos / unit;
    long rest = nanos % unit;
    if (rest == 0) {
      return String.valueOf(whole);
    }
    String digits = String.valueOf(unit + rest).substring(1);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + digits.substring(0, end);
  }

  private static Duration startPeriod(HealthCheck check) {
    return Duration.ofNanos(check.startPeriodNanos());
  }

  private static Duration or(long nanos, Duration otherwise) {
    return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
  }
}
