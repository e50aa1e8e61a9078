package dev.varve.container.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import dev.varve.container.domain.HealthRules.Health;
import dev.varve.container.domain.HealthRules.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthRulesTest {
  private static final HealthCheck DEFAULTS =
      new HealthCheck(List.of("CMD", "true"), 0, 0, 0, 0, 0);

  private static Probe probe(int code, long afterSeconds) {
    Instant at = Given.TIME.plusSeconds(afterSeconds);
    return new Probe(at, at, code, "");
  }

  private static Health after(Health before, HealthCheck check, int code, long seconds) {
    return HealthRules.after(before, probe(code, seconds), check, Given.TIME);
  }

  @Test
  void threeFailuresAreTooMany() {
    Health one = after(Health.STARTING, DEFAULTS, 1, 30);
    Health two = after(one, DEFAULTS, 1, 60);
    Health three = after(two, DEFAULTS, 1, 90);

    assertThat(one.status()).isEqualTo(HealthStatus.STARTING);
    assertThat(two.failingStreak()).isEqualTo(2);
    assertThat(three.status()).isEqualTo(HealthStatus.UNHEALTHY);
    assertThat(after(three, DEFAULTS, 0, 120))
        .extracting(Health::status, Health::failingStreak)
        .containsExactly(HealthStatus.HEALTHY, 0);
  }

  @Test
  void failuresInTheStartPeriodDoNotCountUntilItWasHealthyOnce() {
    HealthCheck check =
        new HealthCheck(List.of("CMD", "true"), 0, 0, Duration.ofMinutes(1).toNanos(), 0, 1);

    assertThat(after(Health.STARTING, check, 1, 59).failingStreak()).isZero();
    assertThat(after(Health.STARTING, check, 1, 60).status()).isEqualTo(HealthStatus.UNHEALTHY);
    Health healthy = after(Health.STARTING, check, 0, 1);
    assertThat(after(healthy, check, 1, 2).status()).isEqualTo(HealthStatus.UNHEALTHY);
  }

  @Test
  void theLastFiveAreKept() {
    Health health = Health.STARTING;
    for (int i = 0; i < 7; i++) {
      health = after(health, DEFAULTS, i, i);
    }
    assertThat(health.probes()).extracting(Probe::exitCode).containsExactly(2, 3, 4, 5, 6);
  }

  @Test
  void pausesAreDockers() {
    HealthCheck starting =
        new HealthCheck(List.of("CMD", "true"), 0, 0, Duration.ofSeconds(20).toNanos(), 0, 0);
    Instant at = Given.TIME;

    assertThat(HealthRules.pause(DEFAULTS, HealthStatus.STARTING, at, at)).hasSeconds(30);
    assertThat(HealthRules.pause(starting, HealthStatus.STARTING, at, at)).hasSeconds(5);
    assertThat(HealthRules.pause(starting, HealthStatus.HEALTHY, at, at)).hasSeconds(30);
    assertThat(HealthRules.pause(starting, HealthStatus.STARTING, at, at.plusSeconds(20)))
        .hasSeconds(30);
    assertThat(HealthRules.timeout(DEFAULTS)).hasSeconds(30);
  }

  @Test
  void theCommandIsTheShellsOrItsOwn() {
    HealthCheck shell = new HealthCheck(List.of("CMD-SHELL", "a b"), 0, 0, 0, 0, 0);

    assertThat(HealthRules.command(LifeSpecs.spec(shell))).containsExactly("/bin/sh", "-c", "a b");
    assertThat(HealthRules.command(LifeSpecs.spec(DEFAULTS))).containsExactly("true");
  }

  @Test
  void onlyCommandsLook() {
    HealthCheck none = new HealthCheck(List.of("NONE"), 0, 0, 0, 0, 0);

    assertThat(LifeSpecs.spec(none).isProbed()).isFalse();
    assertThat(LifeSpecs.spec(DEFAULTS).isProbed()).isTrue();
    assertThat(Specs.spec().isProbed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1000,1s", "200,200ms", "1500,1.5s", "60000,1m0s", "90000,1m30s", "3600000,1h0m0s"})
  void timeOutsAreToldInGosWords(long millis, String text) {
    assertThat(HealthRules.tooLong(Duration.ofMillis(millis), ""))
        .isEqualTo("Health check exceeded timeout (" + text + ")");
    assertThat(HealthRules.tooLong(Duration.ofMillis(millis), "x")).endsWith("): x");
  }
}
