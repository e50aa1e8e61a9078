package dev.varve.container.adapter.codec;

import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.StartReason;
import dev.varve.container.domain.StopPurpose;
import dev.varve.events.container.v1.ExitCause;
import dev.varve.events.container.v1.HealthChanged;
import dev.varve.events.container.v1.HealthStatus;
import dev.varve.events.container.v1.RestartScheduled;
import java.time.Duration;
import java.time.Instant;

/** What begins and ends runs, as protobuf. */
final class LifeMessages {
  private LifeMessages() {}

  static dev.varve.events.container.v1.StartReason write(StartReason reason) {
    return switch (reason) {
      case ASKED -> dev.varve.events.container.v1.StartReason.START_REASON_ASKED;
      case POLICY -> dev.varve.events.container.v1.StartReason.START_REASON_POLICY;
      case ENGINE_START -> dev.varve.events.container.v1.StartReason.START_REASON_ENGINE_START;
      case RESTART -> dev.varve.events.container.v1.StartReason.START_REASON_RESTART;
    };
  }

  static StartReason read(dev.varve.events.container.v1.StartReason reason) {
    return switch (reason) {
      case START_REASON_POLICY -> StartReason.POLICY;
      case START_REASON_ENGINE_START -> StartReason.ENGINE_START;
      case START_REASON_RESTART -> StartReason.RESTART;
      case START_REASON_ASKED, START_REASON_UNSPECIFIED, UNRECOGNIZED -> StartReason.ASKED;
    };
  }

  static dev.varve.events.container.v1.StopPurpose write(StopPurpose purpose) {
    return switch (purpose) {
      case STOP -> dev.varve.events.container.v1.StopPurpose.STOP_PURPOSE_UNSPECIFIED;
      case RESTART -> dev.varve.events.container.v1.StopPurpose.STOP_PURPOSE_RESTART;
      case UNHEALTHY -> dev.varve.events.container.v1.StopPurpose.STOP_PURPOSE_UNHEALTHY;
    };
  }

  static StopPurpose read(dev.varve.events.container.v1.StopPurpose purpose) {
    return switch (purpose) {
      case STOP_PURPOSE_RESTART -> StopPurpose.RESTART;
      case STOP_PURPOSE_UNHEALTHY -> StopPurpose.UNHEALTHY;
      case STOP_PURPOSE_UNSPECIFIED, UNRECOGNIZED -> StopPurpose.STOP;
    };
  }

  static RestartScheduled write(ContainerEvent.RestartScheduled it) {
    return RestartScheduled.newBuilder()
        .setReason(write(it.reason()))
        .setAttempt(it.attempt())
        .setBackOffNanos(it.backOff().toNanos())
        .setDue(EventWriter.timestamp(it.due()))
        .build();
  }

  static ContainerEvent.RestartScheduled read(RestartScheduled it) {
    return new ContainerEvent.RestartScheduled(
        read(it.getReason()),
        it.getAttempt(),
        Duration.ofNanos(it.getBackOffNanos()),
        Instant.ofEpochSecond(it.getDue().getSeconds(), it.getDue().getNanos()));
  }

  static HealthChanged write(ContainerEvent.HealthChanged it) {
    return HealthChanged.newBuilder()
        .setStatus(
            switch (it.status()) {
              case NONE -> HealthStatus.HEALTH_STATUS_UNSPECIFIED;
              case STARTING -> HealthStatus.HEALTH_STATUS_STARTING;
              case HEALTHY -> HealthStatus.HEALTH_STATUS_HEALTHY;
              case UNHEALTHY -> HealthStatus.HEALTH_STATUS_UNHEALTHY;
            })
        .setFailingStreak(it.failingStreak())
        .build();
  }

  static ContainerEvent.HealthChanged read(HealthChanged it) {
    return new ContainerEvent.HealthChanged(
        switch (it.getStatus()) {
          case HEALTH_STATUS_STARTING -> dev.varve.container.domain.HealthStatus.STARTING;
          case HEALTH_STATUS_HEALTHY -> dev.varve.container.domain.HealthStatus.HEALTHY;
          case HEALTH_STATUS_UNHEALTHY -> dev.varve.container.domain.HealthStatus.UNHEALTHY;
          case HEALTH_STATUS_UNSPECIFIED, UNRECOGNIZED ->
              dev.varve.container.domain.HealthStatus.NONE;
        },
        it.getFailingStreak());
  }

  static ExitCause write(dev.varve.container.domain.ExitCause cause) {
    return ExitCause.newBuilder()
        .setKind(
            switch (cause.kind()) {
              case UNKNOWN -> ExitCause.Kind.KIND_UNSPECIFIED;
              case EXIT -> ExitCause.Kind.KIND_EXIT;
              case SIGNAL -> ExitCause.Kind.KIND_SIGNAL;
              case OUTSIDE -> ExitCause.Kind.KIND_OUTSIDE;
              case OOM -> ExitCause.Kind.KIND_OOM;
              case MONITOR_LOST -> ExitCause.Kind.KIND_MONITOR_LOST;
              case NODE_RESTARTED -> ExitCause.Kind.KIND_NODE_RESTARTED;
            })
        .setSignal(cause.signal())
        .setCall(cause.call())
        .setActor(cause.actor())
        .build();
  }

  static dev.varve.container.domain.ExitCause read(ExitCause cause) {
    return new dev.varve.container.domain.ExitCause(
        switch (cause.getKind()) {
          case KIND_EXIT -> dev.varve.container.domain.ExitCause.Kind.EXIT;
          case KIND_SIGNAL -> dev.varve.container.domain.ExitCause.Kind.SIGNAL;
          case KIND_OUTSIDE -> dev.varve.container.domain.ExitCause.Kind.OUTSIDE;
          case KIND_OOM -> dev.varve.container.domain.ExitCause.Kind.OOM;
          case KIND_MONITOR_LOST -> dev.varve.container.domain.ExitCause.Kind.MONITOR_LOST;
          case KIND_NODE_RESTARTED -> dev.varve.container.domain.ExitCause.Kind.NODE_RESTARTED;
          case KIND_UNSPECIFIED, UNRECOGNIZED -> dev.varve.container.domain.ExitCause.Kind.UNKNOWN;
        },
        cause.getSignal(),
        cause.getCall(),
        cause.getActor());
  }
}
