package dev.varve.container.contract;

import dev.varve.container.domain.ContainerSpec;
import dev.varve.values.container.v1.HealthCheck;

/** A container's health check. */
public final class HealthMessages {
  private HealthMessages() {}

  public static HealthCheck write(ContainerSpec.HealthCheck check) {
    return HealthCheck.newBuilder()
        .addAllTest(check.test())
        .setIntervalNanos(check.intervalNanos())
        .setTimeoutNanos(check.timeoutNanos())
        .setStartPeriodNanos(check.startPeriodNanos())
        .setStartIntervalNanos(check.startIntervalNanos())
        .setRetries(check.retries())
        .build();
  }

  public static ContainerSpec.HealthCheck read(HealthCheck message) {
    return new ContainerSpec.HealthCheck(
        message.getTestList(),
        message.getIntervalNanos(),
        message.getTimeoutNanos(),
        message.getStartPeriodNanos(),
        message.getStartIntervalNanos(),
        message.getRetries());
  }
}
